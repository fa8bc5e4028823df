#define G_LOG_DOMAIN "amfa-login-advice"

#include "login-advice.h"

#include "core/model/error.h"

/**
 * amfa_login_advice:
 * @error: why the login did not happen
 * @can_retry: the login holds a session that AWS has granted
 * @role_refused: the last code got the user's, and then @error
 */
AmfaAdvice
amfa_login_advice (const GError *error, gboolean can_retry, gboolean role_refused)
{
  if (role_refused)
    return can_retry ? AMFA_ADVICE_TRY_ROLE_AGAIN : AMFA_ADVICE_NONE;
  if (error->domain != AMFA_ERROR)
    return can_retry ? AMFA_ADVICE_TRY_AGAIN : AMFA_ADVICE_NONE;

  switch (error->code)
    {
    case AMFA_ERROR_CODE_REFUSED:
      return AMFA_ADVICE_NEXT_CODE;
    case AMFA_ERROR_DEVICE_UNKNOWN:
    case AMFA_ERROR_DEVICE_REFUSED:
    case AMFA_ERROR_NO_DEVICE:
    case AMFA_ERROR_BAD_SERIAL:
      return AMFA_ADVICE_CHOOSE_DEVICE;
    case AMFA_ERROR_NO_KEYS:
    case AMFA_ERROR_BASE_LOST:
      return AMFA_ADVICE_ENTER_KEYS;
    case AMFA_ERROR_SECRET_WRONG:
    case AMFA_ERROR_KEY_REFUSED:
    case AMFA_ERROR_NEEDS_LONG_TERM:
      return AMFA_ADVICE_OFFER_KEYS;
    case AMFA_ERROR_ACCOUNT_CHANGED:
      return AMFA_ADVICE_ACCEPT_ACCOUNT;
    case AMFA_ERROR_KEYRING_LOCKED:
    case AMFA_ERROR_KEYRING_ABSENT:
    case AMFA_ERROR_KEYRING_FAILED:
    case AMFA_ERROR_FILE_UNUSABLE:
    case AMFA_ERROR_FILE_WRITE:
    case AMFA_ERROR_FILE_CHANGED:
    case AMFA_ERROR_BUSY:
      return can_retry ? AMFA_ADVICE_TRY_AGAIN : AMFA_ADVICE_NONE;
    default:
      /* A grant of an earlier code may still be there; this is about the one just sent. */
      return AMFA_ADVICE_NONE;
    }
}
