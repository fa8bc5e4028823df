#define G_LOG_DOMAIN "amfa-secret-kwallet"

#include "secret-kwallet.h"

/* KWallet is a Secret Service since KDE Frameworks 5.97, but where it brings no service file for
 * that name (Debian 12) the bus can start it under its own name only. Plasma starts it when the
 * first KDE program wants it, or at the log-in where PAM is set up for that. */

static const struct
{
  const char *name;
  const char *path;
} daemons[] = {
  { "org.kde.kwalletd6", "/modules/kwalletd6" },
  { "org.kde.kwalletd5", "/modules/kwalletd5" },
};

/**
 * amfa_secret_kwallet_is_among:
 * @names: names of the bus
 *
 * Returns: whether one of them is KWallet's
 */
gboolean
amfa_secret_kwallet_is_among (const char *const *names)
{
  gboolean found = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (daemons) && !found; i++)
    found = g_strv_contains (names, daemons[i].name);
  return found;
}

/**
 * amfa_secret_kwallet_start:
 *
 * For when there is no Secret Service. Prompts nobody.
 *
 * Returns: whether KWallet runs and is enabled; it is a Secret Service then, unless the user has
 *   switched that off
 */
gboolean
amfa_secret_kwallet_start (GDBusConnection *bus, GCancellable *cancellable)
{
  for (guint i = 0; i < G_N_ELEMENTS (daemons); i++)
    {
      /* It answers once all its names are taken; being on the bus would be too early. */
      g_autoptr (GVariant) reply = g_dbus_connection_call_sync (
          bus, daemons[i].name, daemons[i].path, "org.kde.KWallet", "isEnabled", NULL,
          G_VARIANT_TYPE ("(b)"), G_DBUS_CALL_FLAGS_NONE, G_MAXINT, cancellable, NULL);
      gboolean enabled = FALSE;

      if (reply)
        g_variant_get (reply, "(b)", &enabled);
      if (enabled)
        return TRUE;
    }
  return FALSE;
}
