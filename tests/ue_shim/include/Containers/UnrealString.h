// Text. Comparison ignores case unless told otherwise, as in Unreal.
#pragma once

#include <string>
#include <type_traits>

#include "Containers/Array.h"
#include "Shim/Format.h"
#include "Templates/TypeHash.h"

namespace ESearchCase {
enum Type { CaseSensitive, IgnoreCase };
}
namespace ESearchDir {
enum Type { FromStart, FromEnd };
}

namespace Shim {
std::u16string FormatText(const TCHAR* Format, const FArgument* Arguments);
std::u16string Lower(const std::u16string& Text);
std::u16string Utf8ToUtf16(const char* Text, size_t Size);
std::string Utf16ToUtf8(const TCHAR* Text, size_t Size);
} // namespace Shim

class FString {
public:
    FString() = default;
    FString(const TCHAR* In) : Text(In != nullptr ? In : u"") {}
    FString(const ANSICHAR* In) : Text(Shim::Utf8ToUtf16(In, In != nullptr ? std::char_traits<char>::length(In) : 0)) {}
    [[deprecated("Unreal 5.4 deprecates this constructor, and what replaces it is not in 5.3: use AppendChars")]]
    FString(int32 InCount, const TCHAR* In) : Text(In, static_cast<size_t>(InCount)) {}

    template <typename... Types>
    static FString Printf(Shim::TCheckedFormat<std::type_identity_t<Types>...> Fmt, Types... Args) {
        const Shim::FArgument Arguments[] = {Shim::FArgument(Args)..., Shim::FArgument(0)};
        FString Made;
        Made.Text = Shim::FormatText(Fmt.Format, Arguments);
        return Made;
    }

    const TCHAR* operator*() const { return Text.c_str(); }
    int32 Len() const { return static_cast<int32>(Text.size()); }
    bool IsEmpty() const { return Text.empty(); }
    bool IsValidIndex(int32 Index) const { return Index >= 0 && Index < Len(); }
    TCHAR operator[](int32 Index) const {
        check(IsValidIndex(Index));
        return Text[static_cast<size_t>(Index)];
    }
    void Empty() { Text.clear(); }
    void Reset() { Text.clear(); }

    FString& operator+=(const FString& Other) {
        Text += Other.Text;
        return *this;
    }
    FString& operator+=(TCHAR Char) {
        Text += Char;
        return *this;
    }
    void AppendChars(const TCHAR* Chars, int32 Count) { Text.append(Chars, static_cast<size_t>(Count)); }
    FString& Append(const FString& Other) { return *this += Other; }
    FString& operator/=(const FString& Other) {
        if (!Text.empty() && Text.back() != u'/' && Text.back() != u'\\') {
            Text += u'/';
        }
        Text += !Other.Text.empty() && Other.Text[0] == u'/' && !Text.empty() ? Other.Text.substr(1) : Other.Text;
        return *this;
    }
    friend FString operator+(FString A, const FString& B) { return A += B; }
    friend FString operator/(FString A, const FString& B) { return A /= B; }

    bool Equals(const FString& Other, ESearchCase::Type Case = ESearchCase::CaseSensitive) const {
        return Case == ESearchCase::CaseSensitive ? Text == Other.Text : Shim::Lower(Text) == Shim::Lower(Other.Text);
    }
    int32 Compare(const FString& Other, ESearchCase::Type Case = ESearchCase::CaseSensitive) const {
        return Case == ESearchCase::CaseSensitive ? Text.compare(Other.Text) : Shim::Lower(Text).compare(Shim::Lower(Other.Text));
    }
    friend bool operator==(const FString& A, const FString& B) { return A.Equals(B, ESearchCase::IgnoreCase); }
    friend bool operator<(const FString& A, const FString& B) { return A.Compare(B, ESearchCase::IgnoreCase) < 0; }
    friend uint32 GetTypeHash(const FString& S) { return static_cast<uint32>(std::hash<std::u16string>()(Shim::Lower(S.Text))); }

    int32 Find(const FString& Sub, ESearchCase::Type Case = ESearchCase::IgnoreCase, ESearchDir::Type Dir = ESearchDir::FromStart) const {
        const bool bExact = Case == ESearchCase::CaseSensitive;
        const std::u16string In = bExact ? Text : Shim::Lower(Text);
        const std::u16string Of = bExact ? Sub.Text : Shim::Lower(Sub.Text);
        const size_t Found = Dir == ESearchDir::FromStart ? In.find(Of) : In.rfind(Of);
        return Found == std::u16string::npos ? static_cast<int32>(INDEX_NONE) : static_cast<int32>(Found);
    }
    bool Contains(const FString& Sub, ESearchCase::Type Case = ESearchCase::IgnoreCase) const { return Find(Sub, Case) != INDEX_NONE; }
    bool StartsWith(const FString& Prefix, ESearchCase::Type Case = ESearchCase::IgnoreCase) const {
        return Left(Prefix.Len()).Equals(Prefix, Case);
    }
    bool EndsWith(const FString& Suffix, ESearchCase::Type Case = ESearchCase::IgnoreCase) const {
        return Right(Suffix.Len()).Equals(Suffix, Case);
    }
    FString Left(int32 Count) const { return Mid(0, Count); }
    FString LeftChop(int32 Count) const { return Mid(0, Len() - Count); }
    FString Right(int32 Count) const { return Count >= Len() ? *this : Mid(Len() - Count); }
    FString Mid(int32 Start, int32 Count = 0x7fffffff) const {
        FString Made;
        if (Start < Len() && Count > 0) {
            Made.Text = Text.substr(static_cast<size_t>(Start < 0 ? 0 : Start), static_cast<size_t>(Count));
        }
        return Made;
    }
    FString Replace(const TCHAR* From, const TCHAR* To, ESearchCase::Type Case = ESearchCase::IgnoreCase) const {
        FString Made, Rest = *this;
        const FString What(From);
        for (int32 At; !What.IsEmpty() && (At = Rest.Find(What, Case)) != INDEX_NONE; Rest = Rest.Mid(At + What.Len())) {
            Made += Rest.Left(At) + FString(To);
        }
        return Made + Rest;
    }

private:
    std::u16string Text;
};

