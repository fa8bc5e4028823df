#define G_LOG_DOMAIN "amfa-verb-devices"

#include "core/model/error.h"
#include "core/model/json-report.h"
#include "core/model/response.h"
#include "core/operations/device-list.h"
#include "messages/devices.h"
#include "messages/formats.h"
#include "messages/messages.h"
#include "table.h"
#include "verb.h"

#include <glib/gi18n.h>
#include <stdio.h>

static const char *
get_kind_id (AmfaDeviceKind kind)
{
  switch (kind)
    {
    case AMFA_DEVICE_VIRTUAL:
      return "virtual";
    case AMFA_DEVICE_HARDWARE:
      return "hardware";
    case AMFA_DEVICE_FIDO:
      return "fido";
    case AMFA_DEVICE_INVALID:
    default:
      return "unknown";
    }
}

static gboolean
is_usable (AmfaDeviceKind kind)
{
  return amfa_describe_device_problem (kind) == NULL;
}

static const char *
get_source_id (AmfaSerialSource source)
{
  switch (source)
    {
    case AMFA_SERIAL_SAID:
      return "option";
    case AMFA_SERIAL_CONFIG:
      return "config";
    case AMFA_SERIAL_REMEMBERED:
      return "remembered";
    case AMFA_SERIAL_ONLY:
      return "only";
    case AMFA_SERIAL_DERIVED:
      return "derived";
    case AMFA_SERIAL_UNKNOWN:
    default:
      return NULL;
    }
}

/* Why a login uses this device. */
static const char *
describe_source (AmfaSerialSource source)
{
  switch (source)
    {
    case AMFA_SERIAL_SAID:
      return _ ("used: --serial says so");
    case AMFA_SERIAL_CONFIG:
      return _ ("used: mfa_serial in the config file");
    case AMFA_SERIAL_REMEMBERED:
      return _ ("used: as last time");
    case AMFA_SERIAL_ONLY:
      return _ ("used: the only one");
    case AMFA_SERIAL_DERIVED:
      return _ ("used: derived from the user's name");
    case AMFA_SERIAL_UNKNOWN:
    default:
      return NULL;
    }
}

/* A device as a row tells it. */
typedef struct
{
  const char *serial;
  AmfaDeviceKind kind;
  gint64 since; /* Unix seconds, 0 if unknown */
  gboolean is_listed;
  AmfaSerialSource source; /* %AMFA_SERIAL_UNKNOWN: not the one that a login uses */
} Row;

static void
add_row (
    GArray *rows, const AmfaDeviceList *list, const char *serial, gint64 since, gboolean is_listed)
{
  const Row row = {
    .serial = serial,
    .kind = amfa_serial_get_kind (serial),
    .since = since,
    .is_listed = is_listed,
    .source = g_strcmp0 (serial, list->chosen) == 0 ? list->source : AMFA_SERIAL_UNKNOWN,
  };

  g_array_append_val (rows, row);
}

/* @returns: whether the chosen device is among them */
static gboolean
add_devices (GArray *rows, const AmfaDeviceList *list, GPtrArray *devices)
{
  gboolean has_chosen = FALSE;

  for (guint i = 0; devices && i < devices->len; i++)
    {
      const AmfaDevice *device = g_ptr_array_index (devices, i);

      add_row (rows, list, device->serial, device->enable_date, TRUE);
      has_chosen |= g_strcmp0 (device->serial, list->chosen) == 0;
    }
  return has_chosen;
}

static GArray *
make_rows (const AmfaDeviceList *list)
{
  GArray *rows = g_array_new (FALSE, FALSE, sizeof (Row));
  gboolean usable_has = add_devices (rows, list, list->discovery->devices);
  gboolean unusable_has = add_devices (rows, list, list->discovery->unusable);

  if (list->chosen && !usable_has && !unusable_has)
    add_row (rows, list, list->chosen, 0, FALSE);
  return rows;
}

static char *
describe_use (const AmfaDeviceList *list, const Row *row)
{
  const char *problem = amfa_describe_device_problem (row->kind);

  if (problem)
    /* Translators: why a device does not work. */
    return g_strdup_printf (_ ("no: %s"), problem);
  if (!row->is_listed && list->discovery->devices)
    return g_strdup (_ ("no: AWS does not list it for this user"));
  /* A device that AWS took a code of works, listed or not. */
  return g_strdup (row->is_listed || row->source == AMFA_SERIAL_REMEMBERED ? _ ("yes")
                                                                           : _ ("perhaps"));
}

static void
print_table (const AmfaDeviceList *list, GArray *rows)
{
  g_autoptr (AmfaTable) table = amfa_table_new (5);

  amfa_table_add (table, _ ("DEVICE"));
  amfa_table_add (table, _ ("KIND"));
  amfa_table_add (table, _ ("SINCE"));
  amfa_table_add (table, _ ("LOGIN"));
  amfa_table_add (table, _ ("WORKS"));
  for (guint i = 0; i < rows->len; i++)
    {
      const Row *row = &g_array_index (rows, Row, i);
      g_autofree char *since = amfa_format_date (row->since);
      g_autofree char *use = describe_use (list, row);

      amfa_table_add (table, row->serial);
      amfa_table_add (table, amfa_describe_device_kind (row->kind));
      amfa_table_add (table, since);
      amfa_table_add (table, describe_source (row->source));
      amfa_table_add (table, use);
    }
  amfa_table_print (table);
}

static void
print_json (const AmfaDeviceList *list, GArray *rows)
{
  g_autoptr (AmfaJsonReport) report = amfa_json_report_new ();
  g_autofree char *text = NULL;

  for (guint i = 0; i < rows->len; i++)
    {
      const Row *row = &g_array_index (rows, Row, i);
      g_autofree char *since = row->since > 0 ? amfa_time_format (row->since) : NULL;

      amfa_json_report_begin (report);
      amfa_json_report_add_text (report, "serial", row->serial);
      amfa_json_report_add_text (report, "kind", get_kind_id (row->kind));
      amfa_json_report_add_flag (report, "usable", is_usable (row->kind));
      amfa_json_report_add_flag (report, "listed", row->is_listed);
      amfa_json_report_add_text (report, "since", since);
      amfa_json_report_add_text (report, "chosen", get_source_id (row->source));
    }
  text = amfa_json_report_to_text (report);
  fputs (text, stdout);
  fputc ('\n', stdout);
}

static void
say_what_is_missing (const AmfaCommand *command, const AmfaDeviceList *list)
{
  const AmfaDiscovery *discovery = list->discovery;

  if (discovery->refusal)
    {
      g_autofree char *sentence = amfa_message_for_error (discovery->refusal);

      amfa_command_tell (command, _ ("AWS does not list the devices. %s"), sentence);
    }
  if (discovery->devices && discovery->devices->len == 0)
    {
      const AmfaErrorDetails details = { .reason = (int) discovery->n_fido };
      g_autoptr (GError) error = amfa_error_new (AMFA_ERROR_NO_DEVICE, &details);
      g_autofree char *sentence = amfa_message_for_error (error);

      amfa_command_tell (command, "%s", sentence);
    }
  else if (!list->chosen)
    {
      amfa_command_tell (command, _ ("A login asks which one to use. To settle it: “mfa_serial = "
                                     "…” in the profile's section of ~/.aws/config."));
    }
}

/* `awsmfa devices`: what AWS lists, and what a login makes of it. */
static int
run_devices (AmfaCommand *command, GStrv *arguments)
{
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json,
      N_ ("Print JSON: serial, kind (virtual, hardware, fido, unknown), usable, listed, since (RFC "
          "3339 or null), chosen (option, config, remembered, only, derived or null)"),
      NULL },
    { NULL },
  };
  g_auto (GStrv) operands = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (AmfaDeviceList) list = NULL;
  g_autoptr (GArray) rows = NULL;
  g_autoptr (GError) error = NULL;
  AmfaProfileOptions said;

  if (!amfa_command_parse (command, entries, AMFA_PARSE_MIXED, arguments, &operands, &error) ||
      !amfa_command_refuse_operands (operands, &error))
    return amfa_command_fail (error);

  amfa_command_get_profile_options (command, &said);
  amfa_device_list_async (command->backend, command->profile, &said, NULL, command->cancellable,
                          amfa_command_on_result, &result);
  amfa_command_await (&result);
  list = amfa_device_list_finish (result, &error);
  if (!list)
    return amfa_command_fail (error);

  rows = make_rows (list);
  if (json)
    print_json (list, rows);
  else if (rows->len > 0)
    print_table (list, rows);
  say_what_is_missing (command, list);
  return amfa_command_done ();
}

const AmfaVerb amfa_verb_devices = { "devices", NULL, N_ ("List the user's MFA devices"),
                                     run_devices,
                                     AMFA_TAKES_PROFILE | AMFA_TAKES_REGION | AMFA_TAKES_QUIET |
                                         AMFA_TAKES_VERBOSE };
