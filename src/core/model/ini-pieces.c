#define G_LOG_DOMAIN "amfa-ini"

#include "ini-private.h"

#include "error.h"

#include <string.h>

/* What all edits share. Each lists the pieces of which the new text consists (of the old text, of
 * another document, of what is new), joins them once, reads the result again and compares it with
 * what is meant: a text that would mean anything else is never returned.
 *
 * Two things decide where pieces are cut. Lines join and leave with the line break in front of
 * them, never with the one behind: so a section can be swapped for its old text to the byte,
 * whatever line ends there are, and the file's last line neither gains nor loses its terminator.
 * And indentation has a meaning: a line that is deeper than the key above goes on with that key's
 * value. */

typedef struct
{
  const char *start;
  const char *end;
} Piece;

/**
 * amfa_ini_pieces_new:
 *
 * Returns: (transfer full): the pieces of a new text; they are not copied until they are joined
 */
GArray *
amfa_ini_pieces_new (void)
{
  return g_array_new (FALSE, FALSE, sizeof (Piece));
}

void
amfa_ini_add (GArray *pieces, const char *start, const char *end)
{
  Piece piece = { start, end };

  if (end > start)
    g_array_append_val (pieces, piece);
}

void
amfa_ini_add_text (GArray *pieces, const char *text)
{
  amfa_ini_add (pieces, text, text + strlen (text));
}

void
amfa_ini_add_secret (GArray *pieces, AmfaSecret *secret)
{
  const char *start = amfa_secret_peek (secret);

  amfa_ini_add (pieces, start, start + amfa_secret_get_length (secret));
}

static AmfaSecret *
join (GArray *pieces)
{
  g_autofree char *bytes = NULL;
  AmfaSecret *text;
  gsize length = 0;
  char *at;

  for (guint i = 0; i < pieces->len; i++)
    length += g_array_index (pieces, Piece, i).end - g_array_index (pieces, Piece, i).start;

  bytes = g_malloc (length);
  at = bytes;
  for (guint i = 0; i < pieces->len; i++)
    {
      Piece *piece = &g_array_index (pieces, Piece, i);

      at = mempcpy (at, piece->start, piece->end - piece->start);
    }

  text = amfa_secret_new (bytes, length);
  amfa_wipe (bytes, length);
  return text;
}

/**
 * amfa_ini_refuse:
 *
 * The edit would make something else of other lines. Only indented headers get us there.
 *
 * Returns: %NULL
 */
AmfaIniDocument *
amfa_ini_refuse (AmfaIniDocument *self, const char *section, GError **error)
{
  amfa_set_error (error, AMFA_ERROR_FILE_UNUSABLE,
                  &(AmfaErrorDetails){ .line = amfa_ini_document_get_line (self, section, NULL),
                                       .reason = AMFA_FILE_PROBLEM_HEADER_MALFORMED,
                                       .other = section });
  return NULL;
}

/**
 * amfa_ini_finish:
 * @pieces: the new text
 * @section: the section that was edited
 * @keys: (nullable): its keys that were; %NULL for all of it
 *
 * Returns: (transfer full): the document of the new text, which is the same outside of these
 */
AmfaIniDocument *
amfa_ini_finish (AmfaIniDocument *self,
                 GArray *pieces,
                 const char *section,
                 const char *const *keys,
                 GError **error)
{
  g_autoptr (AmfaSecret) text = join (pieces);
  g_autoptr (AmfaIniDocument) result = amfa_ini_document_parse (text, error);

  if (!result)
    return NULL;
  if (!amfa_ini_document_equal_outside (self, result, section, keys))
    return amfa_ini_refuse (self, section, error);
  return g_steal_pointer (&result);
}

static const char *
line_break (const AmfaIniLine *line)
{
  switch (line->next - line->end)
    {
    case 0:
      return NULL;
    case 2:
      return "\r\n";
    default:
      return *line->end == '\r' ? "\r" : "\n";
    }
}

/**
 * amfa_ini_choose_line_break:
 * @section: (nullable): where the new lines go
 *
 * Returns: the terminator of the section's header, else of the first line, else "\n"
 */
const char *
amfa_ini_choose_line_break (AmfaIniDocument *self, const AmfaIniSection *section)
{
  const char *found = section ? line_break (&section->header) : NULL;
  AmfaIniLine first;

  if (!found && amfa_ini_line_read (&first, self->start, self->end))
    found = line_break (&first);
  return found ? found : "\n";
}
