#pragma once

#include "secret.h"

/* Environment variables to be set and removed, in an order, and as text for who evaluates it. */

G_BEGIN_DECLS

typedef struct
{
  char *name;
  char *value; /* NULL: to be removed */
} AmfaAssignment;

typedef enum
{
  AMFA_SYNTAX_SH,   /* every shell of the Bourne family */
  AMFA_SYNTAX_FISH, /* the friendly interactive shell */
  AMFA_SYNTAX_JSON, /* one object; what is to be removed is not in it */
} AmfaSyntax;

GPtrArray *amfa_assignments_new (void);
void amfa_assignments_add (GPtrArray *self, const char *name, const char *value);
char **amfa_assignments_apply (GPtrArray *self, const char *const *envp);
AmfaSecret *amfa_assignments_to_text (GPtrArray *self, AmfaSyntax syntax);
char *amfa_assignments_quote (const char *value, AmfaSyntax syntax);
void amfa_environment_strings_free (char **envp);

G_END_DECLS
