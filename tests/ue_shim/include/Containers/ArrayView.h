// A look at elements that somebody else owns. Indices are checked.
#pragma once

#include "Containers/Array.h"

template <typename T>
class TArrayView {
public:
    TArrayView() = default;
    TArrayView(T* InData, int32 InCount) : Data(InData), Count(InCount) { check(InCount >= 0); }
    template <typename U>
    TArrayView(const TArray<U>& Other) : Data(Other.GetData()), Count(Other.Num()) {}
    int32 Num() const { return Count; }
    bool IsEmpty() const { return Count == 0; }
    bool IsValidIndex(int32 Index) const { return Index >= 0 && Index < Count; }
    T* GetData() const { return Data; }
    T& operator[](int32 Index) const {
        check(IsValidIndex(Index));
        return Data[Index];
    }
    T* begin() const { return Data; }
    T* end() const { return Data + Count; }

private:
    T* Data = nullptr;
    int32 Count = 0;
};
