#pragma once

#include <glib.h>

/* Where a system call says what it is about. */
typedef enum
{
  CALL_PATH,   /* argument 0 is a path */
  CALL_AT,     /* argument 0 is a folder's descriptor, argument 1 a path */
  CALL_FD,     /* argument 0 is a descriptor */
  CALL_SOCKET, /* makes a socket */
} CallPlace;

/* How much of the data a system call can be made to move. */
typedef enum
{
  CALL_WHOLE,   /* no data, or not to be cut */
  CALL_BUFFER,  /* argument 2 is their length */
  CALL_MESSAGE, /* argument 1 is a struct msghdr */
  CALL_VECTOR,  /* argument 1 is a struct iovec, argument 2 their number */
} CallData;

typedef struct
{
  int number;
  const char *name;
  CallPlace place;
  CallData data;
  int flags; /* the argument with the open flags, 0 without */
} Call;

const Call *call_find (int number);
const Call *call_all (size_t *count);

int error_by_name (const char *name);
