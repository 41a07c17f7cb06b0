// Unreal's printf: the format is a literal, and each argument's type is checked against it while compiling.
#pragma once

#include <type_traits>

#include "HAL/Platform.h"

class FString;

namespace Shim {

enum class EArgument : uint8 { Integer32, Integer64, Floating, Text, AnsiText, Pointer, Invalid };

template <typename T>
constexpr EArgument ArgumentOf() {
    if constexpr (std::is_floating_point_v<T>) {
        return EArgument::Floating;
    } else if constexpr (std::is_same_v<T, char16_t>) {
        return EArgument::Integer32;
    } else if constexpr (std::is_integral_v<T> || (std::is_enum_v<T> && std::is_convertible_v<T, int64>)) {
        return sizeof(T) == 8 ? EArgument::Integer64 : EArgument::Integer32;
    } else if constexpr (std::is_same_v<T, const TCHAR*> || std::is_same_v<T, TCHAR*>) {
        return EArgument::Text;
    } else if constexpr (std::is_same_v<T, const char*> || std::is_same_v<T, char*>) {
        return EArgument::AnsiText;
    } else if constexpr (std::is_pointer_v<T>) {
        return EArgument::Pointer;
    } else {
        return EArgument::Invalid;
    }
}

struct FArgument {
    EArgument Kind;
    int64 Integer = 0;
    double Floating = 0;
    const void* Pointer = nullptr;
    template <typename T>
    explicit FArgument(T Value) : Kind(ArgumentOf<T>()) {
        if constexpr (std::is_floating_point_v<T>) {
            Floating = static_cast<double>(Value);
        } else if constexpr (std::is_pointer_v<T>) {
            Pointer = static_cast<const void*>(Value);
        } else {
            Integer = static_cast<int64>(Value);
        }
    }
};

// One conversion of a format: how long it is, how it is written, and what it takes.
struct FConversion {
    int32 Size = 0;
    int32 Stars = 0;
    bool bWide = false;
    EArgument Takes = EArgument::Invalid;
};

// Reads the conversion that begins after a percent sign. Invalid where it is none that Unreal has everywhere.
constexpr FConversion ReadConversion(const TCHAR* Format) {
    FConversion Read;
    const TCHAR* At = Format;
    while (*At == u'-' || *At == u'+' || *At == u' ' || *At == u'#' || *At == u'0') {
        ++At;
    }
    for (; (*At >= u'0' && *At <= u'9') || *At == u'.' || *At == u'*'; ++At) {
        Read.Stars += *At == u'*';
    }
    bool bNarrow = false;
    if (At[0] == u'l' && At[1] == u'l') {
        Read.bWide = true;
        At += 2;
    } else if (*At == u'z') {
        Read.bWide = true;
        ++At;
    } else if (At[0] == u'h' && At[1] == u's') {
        bNarrow = true;
        ++At;
    }
    switch (*At) {
    case u'd': case u'i': case u'u': case u'x': case u'X': case u'o':
        Read.Takes = Read.bWide ? EArgument::Integer64 : EArgument::Integer32;
        break;
    case u'c':
        Read.Takes = EArgument::Integer32;
        break;
    case u'f': case u'e': case u'g': case u'E': case u'G': case u'F':
        Read.Takes = EArgument::Floating;
        break;
    case u's':
        Read.Takes = bNarrow ? EArgument::AnsiText : EArgument::Text;
        break;
    case u'p':
        Read.Takes = EArgument::Pointer;
        break;
    default:
        return Read;
    }
    Read.Size = static_cast<int32>(At - Format) + 1;
    return Read;
}

// Not a constant expression: a call while compiling is an error that shows the message.
void FormatIsWrong(const char* Message);

template <typename... T>
consteval void CheckFormat(const TCHAR* Format) {
    constexpr EArgument Given[] = {ArgumentOf<std::decay_t<T>>()..., EArgument::Invalid};
    constexpr size_t Count = sizeof...(T);
    for (size_t Index = 0; Index < Count; ++Index) {
        if (Given[Index] == EArgument::Invalid) {
            FormatIsWrong("an argument is neither a number nor text (an FString is passed as *String)");
        }
    }
    size_t Next = 0;
    for (const TCHAR* At = Format; *At != 0; ++At) {
        if (*At != u'%') {
            continue;
        }
        ++At;
        if (*At == u'%') {
            continue;
        }
        const FConversion Read = ReadConversion(At);
        if (Read.Size == 0) {
            FormatIsWrong("the format has a conversion that is none");
        }
        for (int32 Star = 0; Star < Read.Stars; ++Star, ++Next) {
            if (Next >= Count || Given[Next] != EArgument::Integer32) {
                FormatIsWrong("a star in the format takes an int32");
            }
        }
        if (Next >= Count) {
            FormatIsWrong("the format wants more arguments");
        }
        const bool bAnyPointer = Read.Takes == EArgument::Pointer && Given[Next] != EArgument::Floating && Given[Next] != EArgument::Integer32;
        if (Given[Next] != Read.Takes && !bAnyPointer) {
            FormatIsWrong("an argument is not of the type that the format says");
        }
        ++Next;
        At += Read.Size - 1;
    }
    if (Next != Count) {
        FormatIsWrong("more arguments than the format wants");
    }
}

template <typename... T>
struct TCheckedFormat {
    const TCHAR* Format;
    template <size_t N>
    consteval TCheckedFormat(const TCHAR (&In)[N]) : Format(In) {
        CheckFormat<T...>(In);
    }
};

} // namespace Shim
