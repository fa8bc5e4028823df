#define G_LOG_DOMAIN "amfa-code-output"

#include "code-output.h"

#include "secret.h"

#include <string.h>

/* Six digits, or the two groups of three that authenticators show. Less is forgiven than to a
 * person: a date is no code. */
static gboolean
is_code (const char *text)
{
  gsize length = strspn (text, "0123456789");

  if (length == AMFA_CODE_LENGTH)
    return text[length] == '\0';
  return length == AMFA_CODE_LENGTH / 2 && text[length] == ' ' &&
         strspn (text + length + 1, "0123456789") == AMFA_CODE_LENGTH / 2 &&
         text[AMFA_CODE_LENGTH + 1] == '\0';
}

/* The first line that is a code is it. */
static void
end_line (AmfaCodeOutput *self)
{
  if (*self->code == '\0' && self->length <= AMFA_CODE_OUTPUT_MAX_LINE &&
      !memchr (self->line, '\0', self->length))
    {
      self->line[self->length] = '\0';
      g_strstrip (self->line);
      if (is_code (self->line))
        for (const char *p = self->line; *p; p++)
          if (*p != ' ')
            self->code[strlen (self->code)] = *p;
    }
  amfa_wipe (self->line, sizeof self->line);
  self->length = 0;
}

/**
 * amfa_code_output_take:
 * @bytes: what was printed next; may end anywhere
 */
void
amfa_code_output_take (AmfaCodeOutput *self, const char *bytes, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (bytes[i] == '\n')
      {
        end_line (self);
      }
    else
      {
        if (self->length < AMFA_CODE_OUTPUT_MAX_LINE)
          self->line[self->length] = bytes[i];
        self->length++;
      }
}

/* Nothing more comes: the last line needs no end of its own. */
void
amfa_code_output_end (AmfaCodeOutput *self)
{
  end_line (self);
}

/* Wipes what was printed. */
void
amfa_code_output_clear (AmfaCodeOutput *self)
{
  amfa_wipe (self, sizeof *self);
}
