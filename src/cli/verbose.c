#define G_LOG_DOMAIN "amfa-verbose"

#include "verbose.h"

/* The log domain of the requests: action, host, HTTP status, request id and time. */
#define REQUESTS "amfa-query-call"

static const char *
get_text (const GLogField *fields, gsize n_fields, const char *key)
{
  for (gsize i = 0; i < n_fields; i++)
    if (g_str_equal (fields[i].key, key) && fields[i].length < 0)
      return fields[i].value;
  return NULL;
}

/* Runs in whichever thread logs. */
static GLogWriterOutput
on_log (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  const gboolean *wanted = user_data;
  const char *message = get_text (fields, n_fields, "MESSAGE");

  if (!*wanted || !message || g_strcmp0 (get_text (fields, n_fields, "GLIB_DOMAIN"), REQUESTS) != 0)
    return g_log_writer_default (level, fields, n_fields, user_data);

  g_printerr ("awsmfa: %s\n", message);
  return G_LOG_WRITER_HANDLED;
}

/**
 * amfa_verbose_install:
 * @wanted: whether somebody wants to read of the requests; looked at with each of them
 *
 * The one writer of the process's log; everything else goes where it always goes.
 */
void
amfa_verbose_install (const gboolean *wanted)
{
  g_log_set_writer_func (on_log, (gpointer) wanted, NULL);
}
