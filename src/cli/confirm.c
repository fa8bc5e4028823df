#define G_LOG_DOMAIN "amfa-confirm"

#include "confirm.h"

#include "terminal.h"

#include <glib/gi18n.h>

static gboolean
is_yes (const char *answer)
{
  g_autofree char *word = g_strstrip (g_utf8_strdown (answer, -1));

  /* Translators: what a person may answer to the question that ends in [y/N]; both in lower case.
   */
  return g_str_equal (word, C_ ("answer", "y")) || g_str_equal (word, C_ ("answer", "yes"));
}

/**
 * amfa_confirm:
 * @prompt: the question; it ends in "[y/N] "
 * @error: as for amfa_terminal_ask()
 *
 * Asks on the terminal. Whatever is not a yes is a no.
 */
AmfaAnswer
amfa_confirm (const char *prompt, GCancellable *cancellable, GError **error)
{
  g_autofree char *answer = amfa_terminal_ask (prompt, AMFA_ECHO_VISIBLE, cancellable, error);

  if (!answer)
    return AMFA_ANSWER_NONE;
  return is_yes (answer) ? AMFA_ANSWER_YES : AMFA_ANSWER_NO;
}
