#define G_LOG_DOMAIN "amfa-nearest-word"

#include "nearest-word.h"

#include <string.h>

#define MAX_LENGTH 63 /* of a word that may be a slip */

/* The number of letters to change, add, take out or swap (optimal string alignment). */
static guint
get_distance (const char *a, const char *b)
{
  guint rows[MAX_LENGTH + 1][MAX_LENGTH + 1];
  gsize n = strlen (a), m = strlen (b);

  for (gsize i = 0; i <= n; i++)
    for (gsize j = 0; j <= m; j++)
      {
        if (i == 0 || j == 0)
          {
            rows[i][j] = (guint) MAX (i, j);
            continue;
          }
        rows[i][j] = MIN (MIN (rows[i - 1][j], rows[i][j - 1]) + 1,
                          rows[i - 1][j - 1] + (a[i - 1] != b[j - 1]));
        if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
          rows[i][j] = MIN (rows[i][j], rows[i - 2][j - 2] + 1);
      }
  return rows[n][m];
}

/**
 * amfa_nearest_word:
 * @word: what somebody typed
 * @words: what may have been meant; each shorter than 64 bytes
 * @most: how many slips are believable
 *
 * Returns: (transfer none) (nullable): the first of those that are nearest, in any case of letters
 */
const char *
amfa_nearest_word (const char *word, const char *const *words, guint most)
{
  g_return_val_if_fail (word != NULL && words != NULL, NULL);

  g_autofree char *lower = g_ascii_strdown (word, -1);
  const char *nearest = NULL;
  guint least = most + 1;

  if (strlen (word) > MAX_LENGTH)
    return NULL;
  for (gsize i = 0; words[i]; i++)
    {
      guint distance = get_distance (lower, words[i]);

      if (distance < least && distance < strlen (word))
        {
          nearest = words[i];
          least = distance;
        }
    }
  return nearest;
}
