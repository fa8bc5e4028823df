#pragma once

#include "credentials.h"
#include "original.h"

/* The one-line JSON that keyring items hold, and that SDKs read. */

G_BEGIN_DECLS

AmfaSecret *amfa_json_from_credentials (AmfaCredentials *credentials);
AmfaCredentials *amfa_json_to_credentials (AmfaSecret *json);
AmfaSecret *amfa_json_from_base (AmfaCredentials *base, gboolean is_from_file);
AmfaCredentials *amfa_json_to_base (AmfaSecret *json, gboolean *is_from_file);
AmfaSecret *amfa_json_from_session (AmfaCredentials *session,
                                    const char *const *marks,
                                    AmfaSecret *ended);
AmfaCredentials *amfa_json_to_session (AmfaSecret *json, GStrv *marks, AmfaSecret **ended);
AmfaSecret *amfa_json_from_former (AmfaCredentials *credentials, const char *const *earlier);
GStrv amfa_json_to_former_ids (AmfaSecret *json);
AmfaSecret *amfa_json_for_sdk (AmfaCredentials *session, const char *account);
AmfaSecret *amfa_json_from_original (const AmfaOriginal *original);
AmfaOriginal *amfa_json_to_original (AmfaSecret *json);

G_END_DECLS
