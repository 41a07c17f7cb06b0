#pragma once

#include "Containers/UnrealString.h"

class FTCHARToUTF8 {
public:
    explicit FTCHARToUTF8(const TCHAR* Source) : FTCHARToUTF8(Source, static_cast<int32>(std::char_traits<TCHAR>::length(Source))) {}
    FTCHARToUTF8(const TCHAR* Source, int32 SourceLen) : Text(Shim::Utf16ToUtf8(Source, static_cast<size_t>(SourceLen))) {}
    FTCHARToUTF8(const FTCHARToUTF8&) = delete;
    const ANSICHAR* Get() const { return Text.c_str(); }
    int32 Length() const { return static_cast<int32>(Text.size()); }

private:
    std::string Text;
};

class FUTF8ToTCHAR {
public:
    explicit FUTF8ToTCHAR(const ANSICHAR* Source) : FUTF8ToTCHAR(Source, static_cast<int32>(std::char_traits<char>::length(Source))) {}
    FUTF8ToTCHAR(const ANSICHAR* Source, int32 SourceLen) : Text(Shim::Utf8ToUtf16(Source, static_cast<size_t>(SourceLen))) {}
    FUTF8ToTCHAR(const FUTF8ToTCHAR&) = delete;
    const TCHAR* Get() const { return Text.c_str(); }
    int32 Length() const { return static_cast<int32>(Text.size()); }

private:
    std::u16string Text;
};

#define TCHAR_TO_UTF8(str) ((const ANSICHAR*)FTCHARToUTF8((const TCHAR*)str).Get())
#define UTF8_TO_TCHAR(str) ((const TCHAR*)FUTF8ToTCHAR((const ANSICHAR*)str).Get())
