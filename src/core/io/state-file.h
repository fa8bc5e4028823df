#pragma once

#include <gio/gio.h>

#include "core/model/environment.h"
#include "core/model/section.h"

/* What was learnt about each profile, in $XDG_STATE_HOME/awsmfa/state.ini: no secret, 0600. A
 * memory only: whatever is missing is learnt again, and what is forged is no more than that.
 * Writers of several processes have their turns; what cannot be read counts as empty. */

G_BEGIN_DECLS

#define AMFA_TYPE_STATE_FILE (amfa_state_file_get_type ())
G_DECLARE_FINAL_TYPE (AmfaStateFile, amfa_state_file, AMFA, STATE_FILE, GObject)

typedef struct
{
  char *serial;           /* MFA device that STS accepted; nullable */
  char *account;          /* nullable */
  char *arn;              /* nullable */
  char *base_key_id;      /* nullable */
  GStrv marks;            /* of what we wrote to the file (amfa_marks_add ()); never NULL */
  gint64 expiration;      /* of the newest of them; 0 */
  gint64 granted;         /* when it was granted, Unix seconds; 0 */
  gint64 clock_offset;    /* server clock minus ours, seconds */
  char *role;             /* ARN of the role whose session that is; nullable: the user's own */
  gint64 user_expiration; /* of the user's own session, which roles come from; 0 if unknown */
  gboolean has_original;  /* the keyring holds an original to restore */
  gboolean unwritten;     /* a session was granted and stored, and is not in the file */
  char *unwritten_role;   /* ARN of the role whose that one is; nullable: the user's own */
  gboolean end_pending;   /* an End that could not open the keyring: its sessions are to go */

  /* Of a profile whose config section has our credential_process: */
  gboolean took_keys;               /* long-term keys left the file for its sake */
  AmfaOriginalDegree config_degree; /* how much of the place was there before it */
  char *config_separator;           /* in front of a section that was made for it; nullable */
} AmfaProfileState;

AmfaStateFile *amfa_state_file_new (const AmfaEnvironment *environment);
const char *amfa_state_file_get_path (AmfaStateFile *self);
AmfaProfileState *amfa_state_file_read (AmfaStateFile *self,
                                        const char *profile,
                                        const char *file_digest);
AmfaProfileState *amfa_state_file_read_surely (AmfaStateFile *self,
                                               const char *profile,
                                               const char *file_digest,
                                               GError **error);
typedef void (*AmfaStateChange) (AmfaProfileState *state, gpointer data);
gboolean amfa_state_file_update (AmfaStateFile *self,
                                 const char *profile,
                                 const char *file_digest,
                                 AmfaStateChange change,
                                 gpointer data,
                                 GError **error);
gboolean amfa_state_file_forget (AmfaStateFile *self,
                                 const char *profile,
                                 const char *file_digest,
                                 GError **error);
void amfa_state_file_sweep (AmfaStateFile *self);
char **amfa_state_file_list_profiles (AmfaStateFile *self, const char *file_digest);

AmfaProfileState *amfa_profile_state_new (void);
gboolean amfa_profile_state_check_account (const AmfaProfileState *self,
                                           const char *account,
                                           GError **error);
void amfa_profile_state_free (AmfaProfileState *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AmfaProfileState, amfa_profile_state_free)

G_END_DECLS
