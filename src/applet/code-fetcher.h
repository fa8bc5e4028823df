#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * AmfaCodeFetcher:
 *
 * A line of the code dialog for profiles that have a command which prints the code: what goes on,
 * and one button that begins or ends it. Signals: "fetched" (const char *code); "failed" (GError
 * *error): a person has to type it.
 */
#define AMFA_TYPE_CODE_FETCHER (amfa_code_fetcher_get_type ())
G_DECLARE_FINAL_TYPE (AmfaCodeFetcher, amfa_code_fetcher, AMFA, CODE_FETCHER, GtkBox)

void amfa_code_fetcher_set_command (AmfaCodeFetcher *self, const char *command_line);
void amfa_code_fetcher_start (AmfaCodeFetcher *self);
void amfa_code_fetcher_start_once (AmfaCodeFetcher *self);
gboolean amfa_code_fetcher_stop (AmfaCodeFetcher *self);

G_END_DECLS
