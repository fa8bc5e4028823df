#pragma once

#include <glib.h>

/* What the code dialog does about an error of a login, beside saying it. */

G_BEGIN_DECLS

typedef enum
{
  AMFA_ADVICE_NONE,           /* the code is asked for again */
  AMFA_ADVICE_NEWER_CODE,     /* the same: that of the running session may be too old */
  AMFA_ADVICE_NEXT_CODE,      /* the same, with the seconds until there is one */
  AMFA_ADVICE_TRY_AGAIN,      /* AWS granted the session: repeat the rest without a code */
  AMFA_ADVICE_TRY_ROLE_AGAIN, /* AWS granted the user's session, not the role's: the same */
  AMFA_ADVICE_CHOOSE_DEVICE,  /* show the devices */
  AMFA_ADVICE_ENTER_KEYS,     /* show the form for an access key */
  AMFA_ADVICE_OFFER_KEYS,     /* lead there by a button: the key may be all right */
  AMFA_ADVICE_ACCEPT_ACCOUNT, /* ask whether the other account is meant */
} AmfaAdvice;

AmfaAdvice amfa_login_advice (const GError *error, gboolean can_retry, gboolean role_refused);

G_END_DECLS
