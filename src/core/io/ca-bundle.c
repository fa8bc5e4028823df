#define G_LOG_DOMAIN "amfa-ca-bundle"

#include "ca-bundle.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <sys/stat.h>

#include "core/model/error.h"

static void
set_unusable (const AmfaEndpoint *endpoint,
              AmfaTlsProblem problem,
              const char *quote,
              GError **error)
{
  amfa_set_error (error, AMFA_ERROR_TLS,
                  &(AmfaErrorDetails){ .subject = endpoint->host,
                                       .other = endpoint->ca_bundle,
                                       .origin = endpoint->ca_bundle_origin,
                                       .quote = quote,
                                       .reason = (int) problem });
}

/**
 * amfa_ca_bundle_load:
 * @endpoint: has a CA bundle
 * @error: %AMFA_ERROR_TLS: what is no regular file is not opened, a pipe would be waited for
 *
 * Returns: (transfer full): the authorities to trust
 */
GTlsDatabase *
amfa_ca_bundle_load (const AmfaEndpoint *endpoint, GError **error)
{
  const char *path = endpoint->ca_bundle;
  g_autoptr (GError) local_error = NULL;
  g_autolist (GTlsCertificate) certificates = NULL;
  GTlsDatabase *database = NULL;
  struct stat st;

  if (g_stat (path, &st) != 0)
    {
      set_unusable (endpoint, AMFA_TLS_PROBLEM_BUNDLE, g_strerror (errno), error);
      return NULL;
    }
  if (!S_ISREG (st.st_mode))
    {
      set_unusable (endpoint, AMFA_TLS_PROBLEM_NOT_REGULAR, NULL, error);
      return NULL;
    }

  certificates = g_tls_certificate_list_new_from_file (path, &local_error);
  /* An empty list is no error to GIO, but then nobody could be trusted. */
  if (certificates)
    database = g_tls_file_database_new (path, &local_error);
  if (!database)
    set_unusable (endpoint, local_error ? AMFA_TLS_PROBLEM_BUNDLE : AMFA_TLS_PROBLEM_NO_CERTIFICATE,
                  local_error ? local_error->message : NULL, error);
  return database;
}
