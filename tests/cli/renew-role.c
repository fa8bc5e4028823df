#include "core/io/process.h"
#include "core/model/error.h"
#include "core/operations/role-renewal.h"

/* Renews the role of a profile as the applet does, in the environment that it is started in.
 *
 * usage: renew-role PROFILE
 * Prints the end of the role's session, or the error's code. */

typedef struct
{
  gboolean finished;
  gint64 expires;
  GError *error;
} Outcome;

static void
on_renewed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Outcome *outcome = user_data;

  amfa_role_renew_finish (result, &outcome->expires, &outcome->error);
  outcome->finished = TRUE;
}

static const char *
name_of (const GError *error)
{
  static const struct
  {
    AmfaError code;
    const char *name;
  } names[] = {
    { AMFA_ERROR_NO_SESSION, "no-session" },   { AMFA_ERROR_SESSION_EXPIRED, "session-expired" },
    { AMFA_ERROR_NOT_ALLOWED, "not-allowed" }, { AMFA_ERROR_NETWORK, "network" },
    { AMFA_ERROR_SERVICE, "service" },         { AMFA_ERROR_BUSY, "busy" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_error_matches (error, AMFA_ERROR, names[i].code))
      return names[i].name;
  return error->message;
}

int
main (int argc, char **argv)
{
  g_auto (GStrv) envp = g_get_environ ();
  g_autofree char *home = amfa_process_dup_home ();
  g_autoptr (AmfaBackend) backend =
      amfa_backend_new (amfa_environment_new ((const char *const *) envp, "com.example.AwsMfa",
                                              home, g_get_user_runtime_dir ()),
                        NULL);
  Outcome outcome = { FALSE };

  g_return_val_if_fail (argc == 2, 2);

  amfa_role_renew_async (backend, argv[1], NULL, on_renewed, &outcome);
  while (!outcome.finished)
    g_main_context_iteration (NULL, TRUE);
  if (outcome.error)
    g_print ("%s\n", name_of (outcome.error));
  else
    g_print ("%" G_GINT64_FORMAT "\n", outcome.expires);
  g_clear_error (&outcome.error);
  return 0;
}
