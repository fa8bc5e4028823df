#pragma once

#include "secret.h"

/* The body of a request in AWS's query protocol: application/x-www-form-urlencoded. */

G_BEGIN_DECLS

#define AMFA_QUERY_FORM_CONTENT_TYPE "application/x-www-form-urlencoded; charset=utf-8"

/* One parameter of an AWS query request; NULL values are left out. */
typedef struct
{
  const char *name;
  const char *value;
} AmfaQueryParameter;

AmfaSecret *amfa_query_form_encode (const char *action,
                                    const char *version,
                                    const AmfaQueryParameter *parameters,
                                    gsize n_parameters);

G_END_DECLS
