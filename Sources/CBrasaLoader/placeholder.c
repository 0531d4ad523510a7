#include "CBrasaLoader.h"
