#pragma once

#include "assignments.h"
#include "credentials.h"

/* A session as the environment variables of a process. */

G_BEGIN_DECLS

/* What this program tells the libraries in itself, and no child: HTTP/1.1 only. */
#define AMFA_OWN_VARIABLE "SOUP_FORCE_HTTP1"

typedef struct
{
  AmfaCredentials *session;
  gint64 expires;      /* by the clock of who reads it, Unix seconds */
  const char *account; /* nullable */
  const char *region;  /* nullable: said nowhere */
} AmfaChildSession;

GPtrArray *amfa_child_environment_new (const AmfaChildSession *said);

G_END_DECLS
