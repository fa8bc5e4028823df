#pragma once

#include <json-glib/json-glib.h>

#include "core/model/sigv4.h"

/* A request to sign with its keys and scope, built from the JSON that our vectors and the
 * differential test use, or by hand. */

G_BEGIN_DECLS

typedef struct
{
  char *method;
  char *path;
  char *query;
  GArray *headers; /* of AmfaSigv4Field, strings owned */
  GBytes *body;
  AmfaCredentials *credentials;
  char *region;
  char *service;
  AmfaSigv4Scope scope; /* borrows region and service */
} Sigv4Case;

Sigv4Case *sigv4_case_new (void);
Sigv4Case *sigv4_case_from_json (JsonObject *object);
void sigv4_case_add_header (Sigv4Case *self, const char *name, const char *value);
void sigv4_case_get_request (const Sigv4Case *self, AmfaSigv4Request *request);
void sigv4_case_free (Sigv4Case *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Sigv4Case, sigv4_case_free)

G_END_DECLS
