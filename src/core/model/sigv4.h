#pragma once

#include "credentials.h"

/* AWS Signature Version 4 in its named stages ("Create a signed AWS API request", IAM user guide):
 * canonical request → string to sign → authorization. Pure: no clock, no I/O. */

G_BEGIN_DECLS

typedef struct
{
  const char *name;  /* any case */
  const char *value; /* nullable: counts as empty */
} AmfaSigv4Field;

/**
 * AmfaSigv4Request:
 *
 * A request as it will go over the wire. "Host" must be among the headers; the signer adds
 * X-Amz-Date, and X-Amz-Security-Token if the credentials have a token.
 */
typedef struct
{
  const char *method;
  const char *path;  /* as sent: a "%" in it is encoded again, as AWS does; "" counts as "/" */
  const char *query; /* as sent, without "?"; nullable */
  const AmfaSigv4Field *headers; /* same name twice is allowed */
  gsize n_headers;
  const char *body; /* nullable */
  gsize body_length;
} AmfaSigv4Request;

/**
 * AmfaSigv4Scope:
 * @time: when it is signed, Unix seconds
 * @normalize_path: resolve "." and ".." and fold slashes (every service but S3)
 * @sign_token: FALSE: the token header is added after signing (the official suite's
 *   omit_session_token)
 * @sign_body_header: add and sign X-Amz-Content-Sha256
 */
typedef struct
{
  const char *region;
  const char *service;
  gint64 time;
  gboolean normalize_path;
  gboolean sign_token;
  gboolean sign_body_header;
} AmfaSigv4Scope;

typedef struct
{
  char *canonical_request; /* holds the token if it is signed: a secret */
  char *signed_headers;
} AmfaSigv4Canonical;

void amfa_sigv4_canonical_clear (AmfaSigv4Canonical *canonical);

char *amfa_sigv4_format_time (gint64 time);
void amfa_sigv4_canonicalize (const AmfaSigv4Request *request,
                              AmfaCredentials *credentials,
                              const AmfaSigv4Scope *scope,
                              AmfaSigv4Canonical *canonical);
char *amfa_sigv4_string_to_sign (const char *canonical_request, const AmfaSigv4Scope *scope);
char *amfa_sigv4_authorization (const char *string_to_sign,
                                const char *signed_headers,
                                AmfaCredentials *credentials,
                                const AmfaSigv4Scope *scope);

char *amfa_sigv4_sign (const AmfaSigv4Request *request,
                       AmfaCredentials *credentials,
                       const AmfaSigv4Scope *scope);

char *amfa_sigv4_uri_encode (const char *text, gssize length);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (AmfaSigv4Canonical, amfa_sigv4_canonical_clear)

G_END_DECLS
