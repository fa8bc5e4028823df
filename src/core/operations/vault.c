#define G_LOG_DOMAIN "amfa-vault"

#include "vault.h"

#include "core/model/error.h"
#include "core/model/json-forms.h"

AmfaVault *
amfa_vault_new (AmfaBackend *backend, const char *profile)
{
  g_return_val_if_fail (backend != NULL && profile != NULL, NULL);

  AmfaVault *self = g_new0 (AmfaVault, 1);

  self->keyring = g_object_ref (backend->keyring);
  self->profile = g_strdup (profile);
  self->file = amfa_profile_files_dup_digest (backend->files);
  return self;
}

void
amfa_vault_free (AmfaVault *self)
{
  if (!self)
    return;

  g_clear_object (&self->keyring);
  g_free (self->profile);
  g_free (self->file);
  g_free (self);
}

/* Whether @json is what this version writes into an item of @kind: an #AmfaItemTest. */
gboolean
amfa_vault_is_readable (AmfaItemKind kind, AmfaSecret *json)
{
  g_autoptr (AmfaOriginal) original = NULL;
  g_autoptr (AmfaCredentials) credentials = NULL;
  g_auto (GStrv) former_ids = NULL;

  switch (kind)
    {
    case AMFA_ITEM_BASE_OLD:
      former_ids = amfa_json_to_former_ids (json);
      return former_ids != NULL;
    case AMFA_ITEM_ORIGINAL:
      original = amfa_json_to_original (json);
      return original != NULL;
    case AMFA_ITEM_BASE:
    case AMFA_ITEM_SESSION:
    default:
      credentials = amfa_json_to_credentials (json);
      return credentials != NULL;
    }
}

static void
fill_item (AmfaItem *item, AmfaVault *self, AmfaItemKind kind)
{
  *item = (AmfaItem){ .kind = kind, .profile = self->profile, .file = self->file };
}

/* @role: (nullable): its ARN; %NULL for the user's own session */
static void
fill_session_item (AmfaItem *item, AmfaVault *self, const char *role)
{
  fill_item (item, self, AMFA_ITEM_SESSION);
  item->role = role;
}

/* Never prompts. */
AmfaLook
amfa_vault_look (AmfaVault *self, AmfaItemKind kind, GCancellable *cancellable)
{
  AmfaItem item;

  fill_item (&item, self, kind);
  return amfa_keyring_look (self->keyring, &item, cancellable);
}

/* Never prompts. @role as for amfa_vault_load_session(). */
AmfaLook
amfa_vault_look_session (AmfaVault *self, const char *role, GCancellable *cancellable)
{
  AmfaItem item;

  fill_session_item (&item, self, role);
  return amfa_keyring_look (self->keyring, &item, cancellable);
}

/* As amfa_keyring_peek(). */
AmfaLook
amfa_vault_peek (AmfaVault *self, AmfaItemKind kind, GCancellable *cancellable)
{
  AmfaItem item;

  fill_item (&item, self, kind);
  return amfa_keyring_peek (self->keyring, &item, cancellable);
}

/* As amfa_keyring_peek(). @role as for amfa_vault_load_session(). */
AmfaLook
amfa_vault_peek_session (AmfaVault *self, const char *role, GCancellable *cancellable)
{
  AmfaItem item;

  fill_session_item (&item, self, role);
  return amfa_keyring_peek (self->keyring, &item, cancellable);
}

static gboolean
load (AmfaVault *self,
      const AmfaItem *item,
      AmfaVaultManner manner,
      AmfaSecret **json,
      GCancellable *cancellable,
      GError **error)
{
  return manner == AMFA_VAULT_MAY_PROMPT
             ? amfa_keyring_open (self->keyring, item, json, cancellable, error)
             : amfa_keyring_read (self->keyring, item, json, cancellable, error);
}

static void
set_garbled (GError **error)
{
  amfa_set_error (error, AMFA_ERROR_KEYRING_FAILED,
                  &(AmfaErrorDetails){ .reason = AMFA_KEYRING_PROBLEM_GARBLED });
}

static gboolean
load_credentials (AmfaVault *self,
                  const AmfaItem *item,
                  AmfaVaultManner manner,
                  AmfaCredentials **credentials,
                  GCancellable *cancellable,
                  GError **error)
{
  g_autoptr (AmfaSecret) json = NULL;

  *credentials = NULL;
  if (!load (self, item, manner, &json, cancellable, error))
    return FALSE;
  if (!json)
    return TRUE;
  *credentials = amfa_json_to_credentials (json);
  if (!*credentials)
    set_garbled (error);
  return *credentials != NULL;
}

/**
 * amfa_vault_load_credentials:
 * @kind: base, base-old or session
 * @manner: whether the keyring may ask for its password
 * @credentials: (out) (nullable): the keys, %NULL if there are none
 * @error: %AMFA_ERROR_KEYRING_LOCKED, %AMFA_ERROR_KEYRING_ABSENT, %AMFA_ERROR_KEYRING_FAILED
 */
gboolean
amfa_vault_load_credentials (AmfaVault *self,
                             AmfaItemKind kind,
                             AmfaVaultManner manner,
                             AmfaCredentials **credentials,
                             GCancellable *cancellable,
                             GError **error)
{
  AmfaItem item;

  fill_item (&item, self, kind);
  return load_credentials (self, &item, manner, credentials, cancellable, error);
}

/**
 * amfa_vault_load_session:
 * @role: (nullable): the ARN of the role whose session it is; %NULL for the user's own
 * @manner: whether the keyring may ask for its password
 * @session: (out) (nullable): the keys, %NULL if there are none
 * @error: as for amfa_vault_load_credentials()
 */
gboolean
amfa_vault_load_session (AmfaVault *self,
                         const char *role,
                         AmfaVaultManner manner,
                         AmfaCredentials **session,
                         GCancellable *cancellable,
                         GError **error)
{
  AmfaItem item;

  fill_session_item (&item, self, role);
  return load_credentials (self, &item, manner, session, cancellable, error);
}

/**
 * amfa_vault_load_original:
 * @manner: whether the keyring may ask for its password
 * @original: (out) (nullable): the record, %NULL if there is none
 * @error: as for amfa_vault_load_credentials()
 */
gboolean
amfa_vault_load_original (AmfaVault *self,
                          AmfaVaultManner manner,
                          AmfaOriginal **original,
                          GCancellable *cancellable,
                          GError **error)
{
  AmfaItem item;
  g_autoptr (AmfaSecret) json = NULL;

  fill_item (&item, self, AMFA_ITEM_ORIGINAL);
  *original = NULL;
  if (!load (self, &item, manner, &json, cancellable, error))
    return FALSE;
  if (!json)
    return TRUE;
  *original = amfa_json_to_original (json);
  if (!*original)
    set_garbled (error);
  return *original != NULL;
}

static gboolean
load_base (AmfaVault *self,
           AmfaRecords *records,
           AmfaVaultManner manner,
           GCancellable *cancellable,
           GError **error)
{
  AmfaItem item;
  g_autoptr (AmfaSecret) json = NULL;
  g_autoptr (AmfaCredentials) base = NULL;

  fill_item (&item, self, AMFA_ITEM_BASE);
  if (!load (self, &item, manner, &json, cancellable, error))
    return FALSE;
  if (!json)
    return TRUE;
  base = amfa_json_to_base (json, &records->base_is_from_file);
  if (!base)
    {
      set_garbled (error);
      return FALSE;
    }
  amfa_records_set_base (records, base);
  return TRUE;
}

static gboolean
load_former (AmfaVault *self,
             AmfaRecords *records,
             AmfaVaultManner manner,
             GCancellable *cancellable,
             GError **error)
{
  AmfaItem item;
  g_autoptr (AmfaSecret) json = NULL;

  fill_item (&item, self, AMFA_ITEM_BASE_OLD);
  if (!load (self, &item, manner, &json, cancellable, error))
    return FALSE;
  if (!json)
    return TRUE;
  records->former = amfa_json_to_credentials (json);
  records->former_ids = amfa_json_to_former_ids (json);
  if (!records->former)
    set_garbled (error);
  return records->former != NULL;
}

/* Those that cannot be read are of no use to anybody: they hide nothing and hold nothing up. */
static gboolean
load_sessions (AmfaVault *self,
               AmfaRecords *records,
               AmfaVaultManner manner,
               GCancellable *cancellable,
               GError **error)
{
  AmfaItem item;
  g_autoptr (GPtrArray) items = NULL;

  fill_item (&item, self, AMFA_ITEM_SESSION);
  items = amfa_keyring_read_for_all_roles (self->keyring, &item, manner == AMFA_VAULT_MAY_PROMPT,
                                           cancellable, error);
  for (guint i = 0; items && i < items->len; i++)
    {
      g_auto (GStrv) marks = NULL;
      g_autoptr (AmfaSecret) ended = NULL;
      g_autoptr (AmfaCredentials) session = amfa_json_to_session (items->pdata[i], &marks, &ended);

      if (session)
        amfa_records_add_session (records, session, (const char *const *) marks, ended);
    }
  return items != NULL;
}

/**
 * amfa_vault_load_records:
 * @records: gets what the keyring knows of the profile
 * @manner: whether the keyring may ask for its password
 * @error: as for amfa_vault_load_credentials()
 */
gboolean
amfa_vault_load_records (AmfaVault *self,
                         AmfaRecords *records,
                         AmfaVaultManner manner,
                         GCancellable *cancellable,
                         GError **error)
{
  g_autoptr (AmfaOriginal) original = NULL;

  if (!load_base (self, records, manner, cancellable, error) ||
      !load_former (self, records, manner, cancellable, error) ||
      !amfa_vault_load_original (self, manner, &original, cancellable, error) ||
      !load_sessions (self, records, manner, cancellable, error))
    return FALSE;
  amfa_records_set_original (records, original);
  return TRUE;
}

/* The secret of one former key is kept, and of all the id: by that an original of long ago is known
 * to be out of date. */
static gboolean
store_former (AmfaVault *self, AmfaCredentials *former, GCancellable *cancellable, GError **error)
{
  AmfaItem item;
  g_autoptr (AmfaSecret) existing = NULL;
  g_autoptr (AmfaSecret) json = NULL;
  g_autoptr (GStrvBuilder) earlier = g_strv_builder_new ();
  g_auto (GStrv) known = NULL;
  g_auto (GStrv) others = NULL;

  fill_item (&item, self, AMFA_ITEM_BASE_OLD);
  if (!amfa_keyring_read (self->keyring, &item, &existing, cancellable, error))
    return FALSE;
  known = existing ? amfa_json_to_former_ids (existing) : NULL;
  for (gsize i = 0; known && known[i]; i++)
    if (!g_str_equal (known[i], amfa_credentials_get_key_id (former)))
      g_strv_builder_add (earlier, known[i]);
  others = g_strv_builder_end (earlier);
  json = amfa_json_from_former (former, (const char *const *) others);
  return amfa_keyring_store (self->keyring, &item, json, cancellable, error);
}

static gboolean
write_base (AmfaVault *self,
            AmfaCredentials *base,
            gboolean is_from_file,
            GCancellable *cancellable,
            GError **error)
{
  AmfaItem item;
  g_autoptr (AmfaSecret) json = amfa_json_from_base (base, is_from_file);

  fill_item (&item, self, AMFA_ITEM_BASE);
  return amfa_keyring_store (self->keyring, &item, json, cancellable, error);
}

/**
 * amfa_vault_note_from_file:
 * @base: long-term keys that came out of the profile's section
 *
 * Says so where the keyring has them, unless it has others by now. Never prompts.
 */
gboolean
amfa_vault_note_from_file (AmfaVault *self,
                           AmfaCredentials *base,
                           GCancellable *cancellable,
                           GError **error)
{
  g_autoptr (AmfaRecords) records = amfa_records_new (NULL, NULL);

  if (!load_base (self, records, AMFA_VAULT_QUIETLY, cancellable, error))
    return FALSE;
  return !records->base || !amfa_credentials_equal (records->base, base) ||
         records->base_is_from_file || write_base (self, base, TRUE, cancellable, error);
}

/**
 * amfa_vault_store_base:
 * @base: long-term keys that AWS has accepted
 * @is_from_file: they come out of the profile's section
 *
 * Keys of another id are never overwritten: they move to the base-old item first. Never prompts.
 */
gboolean
amfa_vault_store_base (AmfaVault *self,
                       AmfaCredentials *base,
                       gboolean is_from_file,
                       GCancellable *cancellable,
                       GError **error)
{
  g_autoptr (AmfaRecords) records = amfa_records_new (NULL, NULL);

  if (!load_base (self, records, AMFA_VAULT_QUIETLY, cancellable, error))
    return FALSE;

  AmfaCredentials *stored = records->base;
  gboolean is_same = stored && amfa_credentials_equal (stored, base);

  if (is_same && (records->base_is_from_file || !is_from_file))
    return TRUE;
  if (stored &&
      !g_str_equal (amfa_credentials_get_key_id (stored), amfa_credentials_get_key_id (base)) &&
      !store_former (self, stored, cancellable, error))
    return FALSE;
  return write_base (self, base, is_from_file, cancellable, error);
}

/**
 * amfa_vault_store_session:
 * @role: (nullable): as for amfa_vault_load_session()
 * @marks: by which all that we wrote is known again
 * @ended: (nullable): what an end of the session would leave of the section
 *
 * Never prompts.
 */
gboolean
amfa_vault_store_session (AmfaVault *self,
                          const char *role,
                          AmfaCredentials *session,
                          const char *const *marks,
                          AmfaSecret *ended,
                          GCancellable *cancellable,
                          GError **error)
{
  AmfaItem item;
  g_autoptr (AmfaSecret) json = amfa_json_from_session (session, marks, ended);

  fill_session_item (&item, self, role);
  return amfa_keyring_store (self->keyring, &item, json, cancellable, error);
}

gboolean
amfa_vault_store_original (AmfaVault *self,
                           const AmfaOriginal *original,
                           GCancellable *cancellable,
                           GError **error)
{
  AmfaItem item;
  g_autoptr (AmfaSecret) json = amfa_json_from_original (original);

  fill_item (&item, self, AMFA_ITEM_ORIGINAL);
  return amfa_keyring_store (self->keyring, &item, json, cancellable, error);
}

gboolean
amfa_vault_remove (AmfaVault *self, AmfaItemKind kind, GCancellable *cancellable, GError **error)
{
  AmfaItem item;

  fill_item (&item, self, kind);
  return amfa_keyring_remove (self->keyring, &item, cancellable, error);
}

/* The user's own session and those of roles. */
gboolean
amfa_vault_remove_sessions (AmfaVault *self, GCancellable *cancellable, GError **error)
{
  AmfaItem item;

  fill_item (&item, self, AMFA_ITEM_SESSION);
  return amfa_keyring_remove_for_all_roles (self->keyring, &item, cancellable, error);
}
