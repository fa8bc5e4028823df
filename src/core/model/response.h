#pragma once

#include "credentials.h"
#include "endpoint.h"
#include "mfa.h"

/* What STS and IAM answer: XML in the shapes of AWS, Ceph and moto, or JSON where the content type
 * says so. Names are matched without namespaces; whitespace around and inside values that cannot
 * have any (tokens) is dropped; unknown elements are passed over. */

G_BEGIN_DECLS

/* An error document. Fields may be "" but are never NULL. */
typedef struct
{
  char *code;
  char *message;
  char *request_id;
} AmfaServiceError;

/**
 * AmfaServiceContext:
 * @http_status: with which status it was said
 * @endpoint: who said it
 * @key_id: the key that signed
 * @has_token: it belongs to a session
 * @serial: (nullable): the device that was named
 * @clock_offset: the server's clock minus ours in seconds
 *
 * What an error of a service is about.
 */
typedef struct
{
  guint http_status;
  const AmfaEndpoint *endpoint;
  const char *key_id;
  gboolean has_token;
  const char *serial;
  gint64 clock_offset;
} AmfaServiceContext;

typedef struct _AmfaResponse AmfaResponse;

/* When it was for AWS: Unix seconds, and by how many it may be wrong. */
typedef struct
{
  gint64 time;
  gint64 grace;
} AmfaMoment;

/**
 * AmfaSessionTerms:
 * @action: what was asked: "GetSessionToken", "AssumeRole"
 * @signer: whose keys signed it, an access key id
 * @duration: how long the session was to last, seconds
 * @answered: when the answer left AWS
 *
 * What the keys have to fit that are the answer.
 */
typedef struct
{
  const char *action;
  const char *signer;
  gint64 duration;
  AmfaMoment answered;
} AmfaSessionTerms;

AmfaResponse *amfa_response_parse (GBytes *body, const char *content_type, GError **error);
void amfa_response_free (AmfaResponse *self);

AmfaServiceError *amfa_response_get_error (AmfaResponse *self);
AmfaCredentials *amfa_response_get_session (AmfaResponse *self,
                                            const AmfaSessionTerms *terms,
                                            GError **error);
AmfaIdentity *amfa_response_get_identity (AmfaResponse *self, GError **error);
GPtrArray *amfa_response_get_devices (AmfaResponse *self, char **marker, GError **error);
const char *amfa_response_get_request_id (AmfaResponse *self);
void amfa_response_set_answered (AmfaResponse *self, AmfaMoment answered);
AmfaMoment amfa_response_get_answered (AmfaResponse *self);

void amfa_service_error_free (AmfaServiceError *self);
GError *amfa_service_error_to_error (const AmfaServiceError *self,
                                     const AmfaServiceContext *context);
gboolean amfa_service_error_is_clock (const AmfaServiceError *self);
gboolean amfa_service_error_get_server_time (const AmfaServiceError *self, gint64 *time);

gint64 amfa_time_parse (const char *text);
char *amfa_time_format (gint64 time);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AmfaResponse, amfa_response_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AmfaServiceError, amfa_service_error_free)

G_END_DECLS
