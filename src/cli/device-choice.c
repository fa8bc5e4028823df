#define G_LOG_DOMAIN "amfa-device-choice"

#include "device-choice.h"

#include "core/operations/device-list.h"
#include "messages/devices.h"
#include "messages/formats.h"
#include "messages/messages.h"
#include "terminal.h"

#include <glib/gi18n.h>

/* Everything goes through the terminal's own door: the standard streams may lead elsewhere. */
static char *
compose_question (GPtrArray *devices)
{
  GString *text = g_string_new (NULL);

  if (devices->len == 0)
    {
      g_string_append (text, _ ("Serial number or ARN of the MFA device: "));
      return g_string_free (text, FALSE);
    }
  g_string_append_printf (text, "%s\n", _ ("MFA devices:"));
  for (guint i = 0; i < devices->len; i++)
    {
      const AmfaDevice *device = g_ptr_array_index (devices, i);

      g_autofree char *since = amfa_format_date (device->enable_date);
      const char *kind = amfa_describe_device_kind (amfa_serial_get_kind (device->serial));

      g_string_append_printf (text, "%3u  %s  (", i + 1, device->serial);
      if (since)
        /* Translators: the kind of an MFA device, and a date. */
        g_string_append_printf (text, _ ("%s, since %s"), kind, since);
      else
        g_string_append (text, kind);
      g_string_append (text, ")\n");
    }
  if (devices->len == 1)
    g_string_append (text, _ ("Use which one? (1 or a serial number): "));
  else
    /* Translators: the number of the last device in a list. */
    g_string_append_printf (text, _ ("Use which one? (1 to %u, or a serial number): "),
                            devices->len);
  return g_string_free (text, FALSE);
}

/* Returns: (transfer none) (nullable): the serial that the answer means */
static const char *
understand (GPtrArray *devices, const char *owner, const char *answer)
{
  g_autoptr (GError) problem = NULL;
  g_autofree char *sentence = NULL;
  guint64 number = 0;

  if (devices->len > 0 && g_ascii_string_to_unsigned (answer, 10, 1, devices->len, &number, NULL))
    return ((const AmfaDevice *) g_ptr_array_index (devices, number - 1))->serial;
  if (amfa_serial_check (answer, owner, &problem))
    return answer;

  sentence = amfa_message_for_error (problem);
  if (*answer)
    amfa_command_say ("%s", sentence);
  return NULL;
}

/**
 * amfa_device_choice_ask:
 * @login: gets the device
 * @devices: (element-type AmfaDevice): to choose from; if there are none a serial is typed
 * @error: nothing typed, cancelled
 *
 * Asks until the answer is a device.
 */
gboolean
amfa_device_choice_ask (const AmfaCommand *command,
                        AmfaLogin *login,
                        GPtrArray *devices,
                        GError **error)
{
  g_autofree char *question = compose_question (devices);

  for (;;)
    {
      g_autofree char *answer =
          amfa_terminal_ask (question, AMFA_ECHO_VISIBLE, command->cancellable, error);
      const char *serial;

      if (!answer)
        return FALSE;
      serial = understand (devices, amfa_login_get_plan (login)->arn, g_strstrip (answer));
      if (serial)
        {
          amfa_login_set_serial (login, serial);
          return TRUE;
        }
    }
}

/**
 * amfa_device_choice_fetch:
 * @profile: whose user
 * @error: AWS cannot be asked, cancelled
 *
 * Returns: (transfer full) (element-type AmfaDevice): the devices that AWS lists and that work;
 *   none if it does not tell
 */
GPtrArray *
amfa_device_choice_fetch (const AmfaCommand *command, const char *profile, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (AmfaDeviceList) list = NULL;
  AmfaProfileOptions said;

  amfa_command_get_profile_options (command, &said);
  amfa_device_list_async (command->backend, profile, &said, NULL, command->cancellable,
                          amfa_command_on_result, &result);
  amfa_command_await (&result);
  list = amfa_device_list_finish (result, error);
  if (!list)
    return NULL;
  return list->discovery->devices ? g_ptr_array_ref (list->discovery->devices) : g_ptr_array_new ();
}

/**
 * amfa_device_choice_list:
 * @devices: (element-type AmfaDevice): devices
 *
 * Returns: (transfer full): their serials in a line
 */
char *
amfa_device_choice_list (GPtrArray *devices)
{
  GString *list = g_string_new (NULL);

  for (guint i = 0; i < devices->len; i++)
    {
      const AmfaDevice *device = g_ptr_array_index (devices, i);

      g_string_append_printf (list, "%s%s", i > 0 ? ", " : "", device->serial);
    }
  return g_string_free (list, FALSE);
}
