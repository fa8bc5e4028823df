#define G_LOG_DOMAIN "amfa-setup-autostart"

#include "setup-autostart.h"

#include "core/io/autostart.h"
#include "exit-status.h"

#include <glib/gi18n.h>

/**
 * amfa_setup_autostart_run:
 * @on: whether the applet is to start at log-in
 *
 * Returns: the exit status
 */
int
amfa_setup_autostart_run (const AmfaCommand *command, gboolean on)
{
  const char *path = command->backend->environment->autostart_path;
  const char *program = on ? command->dirs->applet : NULL;
  g_autoptr (GError) error = NULL;

  if (on && !program)
    {
      amfa_command_say (_ ("The applet is not installed: there is no aws-mfa-applet beside "
                           "awsmfa."));
      return AMFA_EXIT_FAILED;
    }
  if (!amfa_autostart_set (path, program, &error))
    return amfa_command_fail (error);
  if (!command->options.quiet && on)
    g_print (_ ("The applet starts when you log in. To undo this: awsmfa setup --autostart=no\n"));
  else if (!command->options.quiet)
    g_print (_ ("The applet does not start when you log in.\n"));
  return amfa_command_done ();
}
