#define G_LOG_DOMAIN "amfa-ca-bundle"

#include "ca-bundle.h"

#include "core/model/error.h"

/**
 * amfa_ca_bundle_load:
 * @path: a file of PEM certificates
 * @host: whose certificate they are to vouch for, for the error
 * @error: %AMFA_ERROR_TLS
 *
 * Returns: (transfer full): the authorities to trust
 */
GTlsDatabase *
amfa_ca_bundle_load (const char *path, const char *host, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autolist (GTlsCertificate) certificates =
      g_tls_certificate_list_new_from_file (path, &local_error);
  GTlsDatabase *database = NULL;

  /* An empty list is no error to GIO, but then nobody could be trusted. */
  if (certificates)
    database = g_tls_file_database_new (path, &local_error);
  if (!database)
    amfa_set_error (error, AMFA_ERROR_TLS,
                    &(AmfaErrorDetails){ .subject = host,
                                         .other = path,
                                         .quote = local_error ? local_error->message : path,
                                         .reason = G_TLS_CERTIFICATE_UNKNOWN_CA });
  return database;
}
