#define G_LOG_DOMAIN "amfa-login-advice"

#include "login-advice.h"

#include "core/model/error.h"

/**
 * amfa_login_advice:
 * @error: why the login did not happen
 * @can_retry: the login holds a session that AWS has granted
 */
AmfaAdvice
amfa_login_advice (const GError *error, gboolean can_retry)
{
  if (can_retry)
    return AMFA_ADVICE_TRY_AGAIN;
  if (error->domain != AMFA_ERROR)
    return AMFA_ADVICE_NONE;

  switch (error->code)
    {
    case AMFA_ERROR_CODE_REFUSED:
      return AMFA_ADVICE_NEXT_CODE;
    case AMFA_ERROR_DEVICE_UNKNOWN:
    case AMFA_ERROR_DEVICE_REFUSED:
    case AMFA_ERROR_NO_DEVICE:
      return AMFA_ADVICE_CHOOSE_DEVICE;
    case AMFA_ERROR_NO_KEYS:
    case AMFA_ERROR_BASE_LOST:
      return AMFA_ADVICE_ENTER_KEYS;
    case AMFA_ERROR_SECRET_WRONG:
    case AMFA_ERROR_KEY_REFUSED:
    case AMFA_ERROR_NEEDS_LONG_TERM:
      return AMFA_ADVICE_OFFER_KEYS;
    default:
      return AMFA_ADVICE_NONE;
    }
}
