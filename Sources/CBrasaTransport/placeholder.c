#include "CBrasaTransport.h"
