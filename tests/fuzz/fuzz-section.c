#include "fuzz.h"

#include "core/model/error.h"
#include "core/model/profile-name.h"
#include "core/model/section.h"

#include <string.h>

/* A profile's name; what happens to its section, a letter a step; marks of what we wrote once, with
 * blanks between them; from the fourth line on the credentials file.
 *
 *   l  a login            e  an end of the session     t  its keys are taken out (process mode)
 *   k  others set a key   o  others append a section   c  others append a comment
 *   b  the keyring has a base that came out of the section
 *
 * Then it is restored: if nobody else touched the file, to the byte. On the way no secret of others
 * is lost. */

#define MAX_STEPS 8
/* Part of all that is written here, by which it is known again. */
#define OURS "-fuzz-"
#define OUR_ID "ASIA" OURS
#define OTHER "\n\n[other" OURS "]\nx = 1\n"
#define COMMENT "\n# comment" OURS "\n"

typedef struct
{
  char *name;
  AmfaRecords *records; /* what the keyring and the state file know */
  AmfaIniDocument *before;
  AmfaIniDocument *now;
  AmfaSectionKind first; /* what the first step found */
  gboolean has_begun;
  guint n_sessions;
  gboolean others; /* somebody else wrote into the file, too */
} Story;

static void
story_clear (Story *self)
{
  g_free (self->name);
  g_clear_pointer (&self->records, amfa_records_free);
  g_clear_pointer (&self->before, amfa_ini_document_unref);
  g_clear_pointer (&self->now, amfa_ini_document_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Story, story_clear)

static gboolean
document_has (AmfaIniDocument *document, const char *part)
{
  AmfaSecret *text = amfa_ini_document_get_text (document);

  return memmem (amfa_secret_peek (text), amfa_secret_get_length (text), part, strlen (part)) !=
         NULL;
}

/* Returns: (transfer full) (nullable) */
static AmfaSecret *
get_own_value (AmfaIniDocument *document, const char *name, const char *key)
{
  return amfa_ini_document_owns_key (document, name, key)
             ? amfa_ini_document_get_value (document, name, key)
             : NULL;
}

static gboolean
is_secret_of (AmfaSecret *secret, AmfaIniDocument *document, const char *name)
{
  g_autoptr (AmfaSecret) value =
      document ? get_own_value (document, name, amfa_session_keys[1]) : NULL;

  return value && amfa_secret_equal (value, secret);
}

static AmfaSection *
classify (const Story *self)
{
  return amfa_section_classify (self->now, self->name, self->records);
}

/* What a step makes of the file. The secret of keys that are not ours is afterwards there or in the
 * record. */
static void
set_now (Story *self, const AmfaSection *section, AmfaIniDocument *document)
{
  const AmfaOriginal *original = self->records->original;
  g_autoptr (AmfaIniDocument) old = g_steal_pointer (&self->now);
  g_autoptr (AmfaSecret) secret = get_own_value (old, self->name, amfa_session_keys[1]);
  g_autoptr (AmfaIniDocument) recorded =
      original && original->text ? amfa_ini_document_parse (original->text, NULL) : NULL;

  self->now = document;
  if (!self->has_begun)
    self->first = section->kind;
  self->has_begun = TRUE;
  if (secret && section->kind != AMFA_SECTION_OURS && section->kind != AMFA_SECTION_NO_KEYS)
    g_assert_true (is_secret_of (secret, document, self->name) ||
                   is_secret_of (secret, recorded, self->name));
}

static AmfaCredentials *
make_session (guint number)
{
  g_autofree char *id = g_strdup_printf (OUR_ID "%u", number);
  g_autofree char *token_text = g_strdup_printf ("token" OURS "%u==", number);
  g_autofree char *secret_text = g_strdup_printf ("secret" OURS "%u", number);
  g_autoptr (AmfaSecret) secret = amfa_secret_new (secret_text, -1);
  g_autoptr (AmfaSecret) token = amfa_secret_new (token_text, -1);

  return amfa_credentials_new (id, secret, token, 1767323045 + number);
}

static void
check_written (const Story *self, AmfaCredentials *session)
{
  g_autoptr (AmfaSection) section = classify (self);

  g_assert_cmpint (section->kind, ==, AMFA_SECTION_OURS);
  g_assert_true (amfa_credentials_equal (section->credentials, session));
  g_assert_true (amfa_ini_document_equal_outside (self->before, self->now, self->name, NULL) ||
                 self->others);
}

static void
log_in (Story *self)
{
  g_autoptr (AmfaSection) section = classify (self);
  g_autoptr (AmfaCredentials) session = make_session (self->n_sessions++);
  g_autoptr (AmfaOriginal) original = NULL;
  g_auto (GStrv) marks = g_strdupv (self->records->marks);
  g_autoptr (GError) error = NULL;
  AmfaIniDocument *written = NULL;

  if (!amfa_section_check_writable (self->now, self->name, NULL))
    return;
  if (amfa_section_plan_original (self->now, self->name, section, AMFA_ORIGINAL_NO_SECTION,
                                  self->records, &original, &error))
    written = amfa_section_write_session (self->now, self->name, session, original, &marks, &error);
  g_assert_true ((written != NULL) == (error == NULL));
  if (!written)
    return;
  amfa_records_set_original (self->records, original);
  amfa_records_add_marks (self->records, (const char *const *) marks);
  set_now (self, section, written);
  check_written (self, session);
}

static void
end_session (Story *self)
{
  g_autoptr (AmfaSection) section = classify (self);
  g_auto (GStrv) marks = g_strdupv (self->records->marks);
  g_autoptr (GError) error = NULL;
  AmfaIniDocument *ended = NULL;

  if (section->kind != AMFA_SECTION_OURS)
    return;
  ended = amfa_section_end_session (self->now, self->name, section, self->records->original, &marks,
                                    &error);
  g_assert_true ((ended != NULL) == (error == NULL));
  if (self->n_sessions > 0)
    g_assert_no_error (error);
  if (!ended)
    return;
  amfa_records_add_marks (self->records, (const char *const *) marks);
  set_now (self, section, ended);
}

static void
take_out (Story *self)
{
  g_autoptr (AmfaSection) section = classify (self);
  g_autoptr (AmfaOriginal) original = NULL;
  g_auto (GStrv) marks = g_strdupv (self->records->marks);
  g_autoptr (GError) error = NULL;
  AmfaIniDocument *after = NULL;

  if (section->kind == AMFA_SECTION_NO_KEYS || section->is_inherited)
    return;
  after = amfa_section_take_out (self->now, self->name, section, self->records, &original, &marks,
                                 &error);
  g_assert_true ((after != NULL) == (error == NULL));
  if (!after)
    return;
  amfa_records_set_original (self->records, original);
  amfa_records_add_marks (self->records, (const char *const *) marks);
  set_now (self, section, after);
}

static void
learn_base (Story *self)
{
  g_autoptr (AmfaSecret) secret = amfa_secret_new ("base/secret", -1);
  g_autoptr (AmfaCredentials) base = amfa_credentials_new ("AKIABASE", secret, NULL, 0);

  amfa_records_set_base (self->records, base);
  self->records->base_is_from_file = TRUE;
}

/* Somebody else's edit counts only if the file can still be read. */
static void
accept_edit (Story *self, AmfaIniDocument *edited)
{
  if (!edited)
    return;
  amfa_ini_document_unref (self->now);
  self->now = edited;
  self->others = TRUE;
}

static void
append (Story *self, const char *text)
{
  AmfaSecret *now = amfa_ini_document_get_text (self->now);
  gsize length = amfa_secret_get_length (now);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (AmfaSecret) more = NULL;

  g_byte_array_append (bytes, (const guint8 *) amfa_secret_peek (now), length);
  g_byte_array_append (bytes, (const guint8 *) text, strlen (text));
  more = amfa_secret_new ((const char *) bytes->data, bytes->len);
  accept_edit (self, amfa_ini_document_parse (more, NULL));
}

static void
set_key (Story *self)
{
  g_autoptr (AmfaSecret) value = amfa_secret_new ("value" OURS, -1);
  const AmfaIniEdit edits[] = { { .key = "key" OURS, .value = value } };

  if (amfa_ini_document_has_section (self->now, self->name))
    accept_edit (self, amfa_ini_document_edit (self->now, self->name, edits, 1, NULL));
}

static void
take_step (Story *self, char step)
{
  switch (step)
    {
    case 'l':
      log_in (self);
      break;
    case 'e':
      end_session (self);
      break;
    case 't':
      take_out (self);
      break;
    case 'b':
      learn_base (self);
      break;
    case 'k':
      set_key (self);
      break;
    case 'o':
      append (self, OTHER);
      break;
    case 'c':
      append (self, COMMENT);
      break;
    default:
      break;
    }
}

static void
check_restored (const Story *self, AmfaIniDocument *restored)
{
  gboolean was_ours = self->first == AMFA_SECTION_OURS || self->first == AMFA_SECTION_LEFTOVERS;

  g_assert_false (document_has (restored, OUR_ID));
  if (!was_ours && !self->others)
    fuzz_assert_same_text (restored, self->before);
  for (gsize i = 0; !was_ours && i < AMFA_N_SESSION_KEYS; i++)
    {
      const char *key = amfa_session_keys[i];
      g_autoptr (AmfaSecret) old = get_own_value (self->before, self->name, key);
      g_autoptr (AmfaSecret) now = get_own_value (restored, self->name, key);

      g_assert_true (amfa_secret_equal (old, now));
    }
  for (gsize i = 0; i < 3; i++)
    {
      const char *part = ((const char *[]){ "key" OURS, "other" OURS, "comment" OURS })[i];

      g_assert_true (document_has (restored, part) || !document_has (self->now, part));
    }
}

static void
restore (Story *self)
{
  g_autoptr (AmfaSection) section = classify (self);
  g_autoptr (GError) error = NULL;
  AmfaRestoreOutcome outcome;
  AmfaIniDocument *restored =
      amfa_section_restore (self->now, self->name, section, self->records, &outcome, &error);

  g_assert_true ((restored != NULL) == (error == NULL));
  if (restored)
    {
      check_restored (self, restored);
      set_now (self, section, restored);
    }
  else if (self->records->original && !self->others)
    {
      g_assert_error (error, AMFA_ERROR, AMFA_ERROR_NOTHING_TO_RESTORE);
      fuzz_assert_same_text (self->now, self->before);
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  FuzzInput input = fuzz_input (data, size);
  g_auto (Story) story = { .name = fuzz_take_line (&input) };
  g_autofree char *steps = fuzz_take_line (&input);
  g_autofree char *line = fuzz_take_line (&input);
  g_auto (GStrv) marks = g_strsplit (line, " ", 0);
  g_autoptr (AmfaSecret) text = amfa_secret_new (input.at, input.end - input.at);

  story.records = amfa_records_new ((const char *const *) marks, NULL);
  story.before = amfa_ini_document_parse (text, NULL);
  if (!story.before || document_has (story.before, OURS) || strstr (story.name, OURS) ||
      !amfa_profile_name_is_possible (story.name))
    return 0;
  story.now = amfa_ini_document_ref (story.before);
  for (guint i = 0; steps[i] && i < MAX_STEPS; i++)
    take_step (&story, steps[i]);
  restore (&story);
  return 0;
}
