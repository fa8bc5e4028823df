#include "fuzz.h"

#include "core/model/error.h"
#include "core/model/http-answer.h"
#include "core/model/json-forms.h"
#include "core/model/section.h"

#include <stdlib.h>
#include <string.h>

/* A status and a content type in the first line, then the body that a server sent. What is accepted
 * can be written into a file and into the keyring. */

#define HOST "sts.eu-south-1.amazonaws.com"

static void
check_file (AmfaCredentials *session)
{
  g_autoptr (AmfaIniDocument) before = fuzz_parse ("");
  g_autoptr (AmfaRecords) records = amfa_records_new (NULL, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (AmfaIniDocument) after =
      amfa_section_write_session (before, "default", session, NULL, &records->marks, &error);
  g_autoptr (AmfaCredentials) read = NULL;

  g_assert_no_error (error);
  g_assert_nonnull (after);
  read = amfa_section_dup_credentials (after, "default");
  g_assert_true (amfa_credentials_equal (read, session));
  g_assert_cmpint (amfa_credentials_get_expiration (read), ==,
                   amfa_credentials_get_expiration (session));
}

static void
check_keyring (AmfaCredentials *session)
{
  g_autoptr (AmfaSecret) json = amfa_json_from_credentials (session);
  g_autoptr (AmfaCredentials) again = amfa_json_to_credentials (json);
  g_autoptr (AmfaSecret) line = amfa_json_for_sdk (session, NULL);

  g_assert_true (amfa_credentials_equal (again, session));
  g_assert_cmpint (amfa_credentials_get_expiration (again), ==,
                   amfa_credentials_get_expiration (session));
  g_assert_null (strchr (amfa_secret_peek (line), '\n'));
}

static void
check_credentials (AmfaResponse *response, const char *action)
{
  g_autoptr (GError) error = NULL;
  /* Any time will do: whether it fits is a rule of its own. */
  const AmfaSessionTerms terms = {
    .action = action,
    .signer = "AKIA1",
    .duration = 3600,
    .answered = { .time = G_MAXINT32, .grace = G_MAXINT64 / 4 },
  };
  g_autoptr (AmfaCredentials) session = amfa_response_get_session (response, &terms, &error);

  g_assert_true ((session != NULL) == (error == NULL));
  if (!session)
    return;
  g_assert_nonnull (amfa_credentials_get_token (session));
  g_assert_cmpint (amfa_credentials_get_expiration (session), >, 0);
  check_file (session);
  check_keyring (session);
}

static void
check_identity (AmfaResponse *response)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AmfaIdentity) identity = amfa_response_get_identity (response, &error);

  g_assert_true ((identity != NULL) == (error == NULL));
  if (!identity)
    return;
  g_assert_cmpstr (identity->arn, !=, "");
  g_assert_cmpstr (identity->account, !=, "");
}

static void
check_devices (AmfaResponse *response)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *marker = NULL;
  g_autoptr (GPtrArray) devices = amfa_response_get_devices (response, &marker, &error);

  g_assert_true ((devices != NULL) == (error == NULL));
  g_assert_cmpstr (marker, !=, "");
  for (guint i = 0; devices && i < devices->len; i++)
    {
      const AmfaDevice *device = g_ptr_array_index (devices, i);

      g_assert_cmpstr (device->serial, !=, "");
      g_assert_cmpint (device->enable_date, >=, 0);
    }
}

static void
check_service_error (AmfaResponse *response, guint status)
{
  g_autoptr (AmfaServiceError) said = amfa_response_get_error (response);
  g_autoptr (GError) error = NULL;
  gint64 time = 0;

  if (!said)
    {
      g_assert_cmpuint (status, <, 300);
      return;
    }

  const AmfaEndpoint endpoint = { .host = (char *) HOST,
                                  .signing_region = (char *) "eu-west-1",
                                  .region = (char *) "eu-west-1" };

  error = amfa_service_error_to_error (said, &(AmfaServiceContext){ .http_status = status,
                                                                    .endpoint = &endpoint,
                                                                    .key_id = "AKIA1",
                                                                    .serial = "GAHT12345678",
                                                                    .clock_offset = 480 });
  g_assert_true (error->domain == AMFA_ERROR);
  fuzz_assert_error (error);
  if (amfa_service_error_get_server_time (said, &time))
    g_assert_true (amfa_service_error_is_clock (said));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  FuzzInput input = fuzz_input (data, size);
  g_autofree char *line = fuzz_take_line (&input);
  char *content_type = NULL;
  guint status = (guint) strtoul (line, &content_type, 10) % 1000;
  g_autoptr (GBytes) body = g_bytes_new (input.at, (gsize) (input.end - input.at));
  const AmfaHttpAnswer answer = {
    .status = status,
    .reason_phrase = (char *) "Said",
    .content_type = g_strstrip (content_type),
    .content_length = -1,
    .body = body,
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (AmfaResponse) response = amfa_http_answer_parse (&answer, HOST, &error);

  g_assert_true ((response != NULL) == (error == NULL));
  if (error)
    fuzz_assert_error (error);
  if (!response)
    return 0;
  g_assert_cmpstr (amfa_response_get_request_id (response), !=, "");
  check_credentials (response, "GetSessionToken");
  check_credentials (response, "AssumeRole");
  check_identity (response);
  check_devices (response);
  check_service_error (response, status);
  return 0;
}
