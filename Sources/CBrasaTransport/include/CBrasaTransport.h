/* What the host and brasa-worker agree on. Nothing in here is part of the ABI: both sides are built together.
 *
 *   brasa_channel.h   the shared memory between the host and one instance
 *   brasa_control.h   the messages between the host and one zygote
 *   brasa_process.h   the few system calls that Swift cannot make itself
 */
#ifndef CBRASA_TRANSPORT_H
#define CBRASA_TRANSPORT_H
#include "brasa_channel.h"
#include "brasa_control.h"
#include "brasa_process.h"
#endif
