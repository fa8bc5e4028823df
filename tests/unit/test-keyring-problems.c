#include "core/model/error.h"
#include "messages/messages.h"

#include <gio/gio.h>

/* Every reason has a sentence of its own, and none of the words comes from the core. */

typedef struct
{
  AmfaError code;
  int reason;
  const char *quote;
  const char *sentence;
} Row;

static void
test_sentence (gconstpointer data)
{
  const Row *row = data;
  g_autoptr (GError) error =
      amfa_error_new (row->code, &(AmfaErrorDetails){ .reason = row->reason, .quote = row->quote });
  g_autofree char *sentence = amfa_message_for_error (error);

  g_assert_cmpstr (sentence, ==, row->sentence);
}

/* Others can say very much. */
static void
test_long (void)
{
  g_autofree char *words = g_strnfill (100000, 'x');
  g_autofree char *umlauts = g_strdup_printf ("%.199süü%s", words, words);
  g_autofree char *told = g_strdup_printf ("The keyring failed: %.199sü…", words);
  g_autofree char *raw = g_strdup_printf ("%.199sü…", words);
  const GError foreign = { G_DBUS_ERROR, G_DBUS_ERROR_FAILED, umlauts };
  g_autoptr (GError) own =
      amfa_error_new (AMFA_ERROR_KEYRING_FAILED, &(AmfaErrorDetails){ .quote = umlauts });
  g_autofree char *of_own = amfa_message_for_error (own);
  g_autofree char *of_foreign = amfa_message_for_error (&foreign);

  g_assert_cmpstr (of_own, ==, told);
  g_assert_cmpstr (of_foreign, ==, raw);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    Row row;
  } cases[] = {
    { "absent/not-running",
      { AMFA_ERROR_KEYRING_ABSENT, AMFA_KEYRING_NOT_RUNNING, "org.freedesktop.secrets",
        "No keyring is running: start GNOME Keyring, KWallet or KeePassXC." } },
    { "absent/bus-silent",
      { AMFA_ERROR_KEYRING_ABSENT, AMFA_KEYRING_BUS_SILENT, "cancelled",
        "The keyring cannot be reached: the message bus of this desktop session does not "
        "answer." } },
    { "absent/bus-gone",
      { AMFA_ERROR_KEYRING_ABSENT, AMFA_KEYRING_BUS_GONE, "The connection is closed",
        "The keyring cannot be reached: the connection to the message bus of this desktop session "
        "broke." } },
    { "absent/no-default",
      { AMFA_ERROR_KEYRING_ABSENT, AMFA_KEYRING_NO_DEFAULT, NULL,
        "There is no default keyring: create one in your keyring manager, or let KeePassXC share a "
        "database with the Secret Service." } },
    { "failed/told",
      { AMFA_ERROR_KEYRING_FAILED, AMFA_KEYRING_PROBLEM_TOLD, "Couldn't write",
        "The keyring failed: Couldn't write" } },
    { "failed/told-nothing",
      { AMFA_ERROR_KEYRING_FAILED, AMFA_KEYRING_PROBLEM_TOLD, NULL, "The keyring failed: ?" } },
    { "failed/prompt",
      { AMFA_ERROR_KEYRING_FAILED, AMFA_KEYRING_PROBLEM_PROMPT, NULL,
        "The keyring went away while it asked for its password." } },
    { "failed/silent",
      { AMFA_ERROR_KEYRING_FAILED, AMFA_KEYRING_PROBLEM_SILENT, NULL,
        "The keyring does not answer." } },
    { "failed/no-item",
      { AMFA_ERROR_KEYRING_FAILED, AMFA_KEYRING_PROBLEM_NO_ITEM, NULL,
        "The keyring did not store what it was given." } },
    { "failed/item-gone",
      { AMFA_ERROR_KEYRING_FAILED, AMFA_KEYRING_PROBLEM_ITEM_GONE, NULL,
        "The keyring's items for this profile are being replaced all the time." } },
    { "failed/different",
      { AMFA_ERROR_KEYRING_FAILED, AMFA_KEYRING_PROBLEM_DIFFERENT, NULL,
        "The keyring does not give back what it was given." } },
    { "failed/garbled",
      { AMFA_ERROR_KEYRING_FAILED, AMFA_KEYRING_PROBLEM_GARBLED, NULL,
        "What the keyring holds for this profile cannot be understood: another program, or a newer "
        "version of this one, has written it." } },
    { "failed/not-durable",
      { AMFA_ERROR_KEYRING_FAILED, AMFA_KEYRING_PROBLEM_NOT_DURABLE, "No space left on device",
        "The keyring's files could not be written to the disk: No space left on device." } },
  };

  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/keyring-problems/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i].row, test_sentence);
    }

  g_test_add_func ("/keyring-problems/long", test_long);

  return g_test_run ();
}
