/* What an instance is made of: the host table of the ABI over a channel, and instances that are threads of the host. */
#ifndef CBRASA_INSTANCE_H
#define CBRASA_INSTANCE_H
#include "brasa_inprocess.h"
#include "brasa_instance.h"
#endif
