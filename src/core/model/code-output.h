#pragma once

#include "mfa.h"

/* What a program prints, as it comes, read for an MFA code. */

G_BEGIN_DECLS

#define AMFA_CODE_OUTPUT_MAX_LINE 255

/* All zero at first. */
typedef struct
{
  char line[AMFA_CODE_OUTPUT_MAX_LINE + 1]; /* the one that has not ended yet */
  gsize length;                             /* may exceed what is kept */
  char code[AMFA_CODE_LENGTH + 1];          /* empty until there was one */
} AmfaCodeOutput;

void amfa_code_output_take (AmfaCodeOutput *self, const char *bytes, gsize length);
void amfa_code_output_end (AmfaCodeOutput *self);
void amfa_code_output_clear (AmfaCodeOutput *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (AmfaCodeOutput, amfa_code_output_clear)

G_END_DECLS
