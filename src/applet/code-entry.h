#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * AmfaCodeEntry:
 *
 * An entry for one MFA code. What is not a digit, a blank or a hyphen never gets in, and blanks and
 * hyphens get lost on the way. Property "complete" (gboolean, read only): it holds a whole code.
 * Signal "refused" (): something was typed or pasted that is no part of a code.
 */
#define AMFA_TYPE_CODE_ENTRY (amfa_code_entry_get_type ())
G_DECLARE_FINAL_TYPE (AmfaCodeEntry, amfa_code_entry, AMFA, CODE_ENTRY, GtkEntry)

gboolean amfa_code_entry_is_complete (AmfaCodeEntry *self);

G_END_DECLS
