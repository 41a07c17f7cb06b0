// Unreal's basic types and macros.
#pragma once

#include <cstddef>
#include <cstdint>

typedef signed char int8;
typedef short int16;
typedef int int32;
typedef long long int64;
typedef unsigned char uint8;
typedef unsigned short uint16;
typedef unsigned int uint32;
typedef unsigned long long uint64;
typedef size_t SIZE_T;
typedef intptr_t PTRINT;
typedef uintptr_t UPTRINT;
typedef decltype(nullptr) TYPE_OF_NULLPTR;

typedef char ANSICHAR;
typedef char8_t UTF8CHAR;
typedef wchar_t WIDECHAR;
typedef char16_t TCHAR;

#define TEXT_PASTE(x) u##x
#define TEXT(x) TEXT_PASTE(x)

#define FORCEINLINE inline
#define UE_NONCOPYABLE(Type)                                                                                           \
    Type(Type&&) = delete;                                                                                             \
    Type(const Type&) = delete;                                                                                        \
    Type& operator=(const Type&) = delete;                                                                             \
    Type& operator=(Type&&) = delete;
#define THIRD_PARTY_INCLUDES_START
#define THIRD_PARTY_INCLUDES_END
