#define G_LOG_DOMAIN "amfa-exit-status"

#include "exit-status.h"

#include "core/model/error.h"

AmfaExitStatus
amfa_exit_status_for_error (const GError *error)
{
  g_return_val_if_fail (error != NULL, AMFA_EXIT_FAILED);

  if (amfa_error_is_cancelled (error))
    return AMFA_EXIT_INTERRUPTED;
  if (error->domain == G_OPTION_ERROR)
    return AMFA_EXIT_USAGE;
  if (error->domain != AMFA_ERROR)
    return AMFA_EXIT_FAILED;

  switch ((AmfaError) error->code)
    {
    case AMFA_ERROR_BAD_CODE:
    case AMFA_ERROR_BAD_SERIAL:
    case AMFA_ERROR_ENDPOINT_BAD:
      return AMFA_EXIT_USAGE;
    case AMFA_ERROR_CODE_REFUSED:
      return AMFA_EXIT_CODE_REFUSED;
    case AMFA_ERROR_KEYRING_LOCKED:
    case AMFA_ERROR_KEYRING_ABSENT:
    case AMFA_ERROR_KEYRING_FAILED:
      return AMFA_EXIT_KEYRING;
    case AMFA_ERROR_SERVICE:
    case AMFA_ERROR_NETWORK:
    case AMFA_ERROR_TLS:
    case AMFA_ERROR_PROTOCOL:
      return AMFA_EXIT_UNREACHABLE;
    case AMFA_ERROR_NOTHING_TO_RESTORE:
    case AMFA_ERROR_NO_SESSION:
    case AMFA_ERROR_DECLINED:
    case AMFA_ERROR_NO_DESKTOP:
    case AMFA_ERROR_NO_ANSWER:
      return AMFA_EXIT_NOTHING;
    case AMFA_ERROR_FILE_UNUSABLE:
    case AMFA_ERROR_CONFIG_UNUSABLE:
    case AMFA_ERROR_FILE_WRITE:
    case AMFA_ERROR_FILE_CHANGED:
    case AMFA_ERROR_BUSY:
      return AMFA_EXIT_FILE;
    case AMFA_ERROR_DEVICE_REFUSED:
    case AMFA_ERROR_KEY_REFUSED:
    case AMFA_ERROR_SECRET_WRONG:
    case AMFA_ERROR_CLOCK_OFF:
    case AMFA_ERROR_SCOPE_REFUSED:
    case AMFA_ERROR_NOT_ALLOWED:
    case AMFA_ERROR_REGION_DISABLED:
    case AMFA_ERROR_BAD_REQUEST:
    case AMFA_ERROR_NEEDS_LONG_TERM:
    case AMFA_ERROR_SESSION_EXPIRED:
    case AMFA_ERROR_NO_DEVICE:
    case AMFA_ERROR_DEVICE_UNKNOWN:
    case AMFA_ERROR_BASE_LOST:
    case AMFA_ERROR_NO_KEYS:
    case AMFA_ERROR_PROFILE_UNKNOWN:
    case AMFA_ERROR_ROLE_UNUSABLE:
    case AMFA_ERROR_ONLY_COPY:
    case AMFA_ERROR_ACCOUNT_CHANGED:
    case AMFA_ERROR_SHADOWED:
    case AMFA_ERROR_CODE_COMMAND:
    default:
      return AMFA_EXIT_FAILED;
    }
}
