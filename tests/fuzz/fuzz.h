#pragma once

#include "core/model/ini-document.h"

/* What every target has. A target is a file fuzz-NAME.c with the one function that libFuzzer calls;
 * it aborts where a promise is broken, and so does any warning on the way. */

G_BEGIN_DECLS

/* What is left of an input. */
typedef struct
{
  const char *at;
  const char *end;
} FuzzInput;

int LLVMFuzzerInitialize (int *argc, char ***argv);
int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

FuzzInput fuzz_input (const guint8 *data, gsize size);
char *fuzz_take_line (FuzzInput *input);
AmfaSecret *fuzz_take_part (FuzzInput *input);

AmfaIniDocument *fuzz_parse (const char *text);
void fuzz_assert_same_text (AmfaIniDocument *a, AmfaIniDocument *b);
void fuzz_assert_error (const GError *error);

G_END_DECLS
