// A growing array that counts in int32, checks indices, and notices that it changes while it is iterated over. It grows by
// one element at a time while it is small, so that pointers into it go stale at once.
#pragma once

#include <algorithm>
#include <cstring>
#include <initializer_list>
#include <new>

#include "Misc/CoreMiscDefines.h"
#include "Templates/UnrealTemplate.h"

template <typename T>
class TArray {
public:
    using ElementType = T;
    TArray() = default;
    TArray(std::initializer_list<T> List) {
        Reserve(static_cast<int32>(List.size()));
        for (const T& Item : List) {
            Add(Item);
        }
    }
    TArray(const T* Ptr, int32 Number) { Append(Ptr, Number); }
    TArray(const TArray& Other) { Append(Other.Data, Other.Count); }
    TArray(TArray&& Other) noexcept { Steal(Other); }
    ~TArray() { Empty(); }
    TArray& operator=(const TArray& Other) {
        if (this != &Other) {
            Empty(Other.Count);
            Append(Other.Data, Other.Count);
        }
        return *this;
    }
    TArray& operator=(TArray&& Other) noexcept {
        if (this != &Other) {
            Empty();
            Steal(Other);
        }
        return *this;
    }

    int32 Num() const { return Count; }
    int32 Max() const { return Capacity; }
    bool IsEmpty() const { return Count == 0; }
    bool IsValidIndex(int32 Index) const { return Index >= 0 && Index < Count; }
    T* GetData() { return Data; }
    const T* GetData() const { return Data; }
    T& operator[](int32 Index) {
        check(IsValidIndex(Index));
        return Data[Index];
    }
    const T& operator[](int32 Index) const {
        check(IsValidIndex(Index));
        return Data[Index];
    }
    T& Last(int32 FromEnd = 0) { return (*this)[Count - FromEnd - 1]; }
    const T& Last(int32 FromEnd = 0) const { return (*this)[Count - FromEnd - 1]; }

    void Reserve(int32 Number) {
        if (Number > Capacity) {
            Reallocate(Number);
        }
    }
    int32 Add(const T& Item) { return EmplaceChecked(&Item, Item); }
    int32 Add(T&& Item) { return EmplaceChecked(&Item, static_cast<T&&>(Item)); }
    template <typename... A>
    int32 Emplace(A&&... Args) {
        GrowForOne();
        ::new (static_cast<void*>(Data + Count)) T(Forward<A>(Args)...);
        return Count++;
    }
    template <typename... A>
    T& Emplace_GetRef(A&&... Args) {
        const int32 Index = Emplace(Forward<A>(Args)...);
        return Data[Index];
    }
    void Init(const T& Element, int32 Number) {
        Empty(Number);
        while (Count < Number) {
            Emplace(Element);
        }
    }
    int32 AddDefaulted(int32 Number = 1) {
        const int32 Was = Count;
        for (int32 Index = 0; Index < Number; ++Index) {
            Emplace();
        }
        return Was;
    }
    int32 AddUnique(const T& Item) {
        const int32 Found = Find(Item);
        return Found != INDEX_NONE ? Found : Add(Item);
    }
    void Append(const T* Ptr, int32 Number) {
        check(Number >= 0);
        check(Number == 0 || Ptr + Number <= Data || Ptr >= Data + Capacity);
        Reserve(Count + Number);
        for (int32 Index = 0; Index < Number; ++Index) {
            Emplace(Ptr[Index]);
        }
    }
    void Append(const TArray& Source) { Append(Source.Data, Source.Count); }
    void Append(TArray&& Source) {
        Reserve(Count + Source.Count);
        for (int32 Index = 0; Index < Source.Count; ++Index) {
            Emplace(static_cast<T&&>(Source.Data[Index]));
        }
        Source.Reset();
    }
    TArray& operator+=(const TArray& Other) {
        Append(Other);
        return *this;
    }
    void Insert(const T& Item, int32 Index) {
        check(Index >= 0 && Index <= Count);
        Add(Item);
        std::rotate(Data + Index, Data + Count - 1, Data + Count);
    }
    void SetNum(int32 Number) {
        check(Number >= 0);
        Truncate(Number);
        Reserve(Number);
        while (Count < Number) {
            ::new (static_cast<void*>(Data + Count++)) T();
        }
    }
    void SetNumUninitialized(int32 Number) {
        static_assert(std::is_trivially_copyable_v<T>, "uninitialised objects with constructors");
        check(Number >= 0);
        Reserve(Number);
        if (Number > Count) {
            std::memset(static_cast<void*>(Data + Count), 0xcd, sizeof(T) * static_cast<size_t>(Number - Count));
        }
        Count = Number;
    }
    void Reset(int32 NewSize = 0) {
        Truncate(0);
        Reserve(NewSize);
    }
    void Empty(int32 Slack = 0) {
        Truncate(0);
        Reallocate(Slack);
    }
    void RemoveAt(int32 Index) { RemoveAt(Index, 1); }
    void RemoveAt(int32 Index, int32 Number) {
        check(Number >= 0 && Index >= 0 && Index + Number <= Count);
        std::move(Data + Index + Number, Data + Count, Data + Index);
        Truncate(Count - Number);
    }
    void RemoveAtSwap(int32 Index) {
        check(IsValidIndex(Index));
        if (Index != Count - 1) {
            Data[Index] = static_cast<T&&>(Data[Count - 1]);
        }
        Truncate(Count - 1);
    }
    int32 Remove(const T& Item) {
        return RemoveAll([&Item](const T& Other) { return Other == Item; });
    }
    int32 RemoveSingle(const T& Item) {
        const int32 Index = Find(Item);
        if (Index == INDEX_NONE) {
            return 0;
        }
        RemoveAt(Index);
        return 1;
    }
    template <typename P>
    int32 RemoveAll(const P& Predicate) {
        const int32 Was = Count;
        Truncate(static_cast<int32>(std::remove_if(Data, Data + Count, Predicate) - Data));
        return Was - Count;
    }
    T Pop() {
        check(Count > 0);
        T Item = static_cast<T&&>(Data[Count - 1]);
        Truncate(Count - 1);
        return Item;
    }
    int32 Find(const T& Item) const {
        const T* Found = std::find(Data, Data + Count, Item);
        return Found == Data + Count ? static_cast<int32>(INDEX_NONE) : static_cast<int32>(Found - Data);
    }
    bool Contains(const T& Item) const { return Find(Item) != INDEX_NONE; }
    template <typename P>
    bool ContainsByPredicate(const P& Predicate) const {
        return FindByPredicate(Predicate) != nullptr;
    }
    template <typename P>
    const T* FindByPredicate(const P& Predicate) const {
        return const_cast<TArray*>(this)->FindByPredicate(Predicate);
    }
    template <typename P>
    T* FindByPredicate(const P& Predicate) {
        T* Found = std::find_if(Data, Data + Count, Predicate);
        return Found == Data + Count ? nullptr : Found;
    }
    template <typename P>
    int32 IndexOfByPredicate(const P& Predicate) const {
        const T* Found = FindByPredicate(Predicate);
        return Found == nullptr ? static_cast<int32>(INDEX_NONE) : static_cast<int32>(Found - Data);
    }
    void Sort() { std::sort(Data, Data + Count); }
    template <typename P>
    void Sort(const P& Less) {
        std::sort(Data, Data + Count, Less);
    }
    bool operator==(const TArray& Other) const { return std::equal(Data, Data + Count, Other.Data, Other.Data + Other.Count); }

    template <typename U>
    struct TCheckedIterator {
        U* Ptr;
        const int32& CurrentNum;
        int32 InitialNum;
        U& operator*() const { return *Ptr; }
        TCheckedIterator& operator++() {
            ++Ptr;
            return *this;
        }
        bool operator!=(const TCheckedIterator& End) const {
            check(CurrentNum == InitialNum && "the array has changed while it is iterated over");
            return Ptr != End.Ptr;
        }
    };
    TCheckedIterator<T> begin() { return {Data, Count, Count}; }
    TCheckedIterator<T> end() { return {Data + Count, Count, Count}; }
    TCheckedIterator<const T> begin() const { return {Data, Count, Count}; }
    TCheckedIterator<const T> end() const { return {Data + Count, Count, Count}; }

private:
    T* Data = nullptr;
    int32 Count = 0;
    int32 Capacity = 0;

    template <typename U>
    int32 EmplaceChecked(const void* Address, U&& Item) {
        check(Address < static_cast<const void*>(Data) || Address >= static_cast<const void*>(Data + Capacity));
        return Emplace(Forward<U>(Item));
    }
    void GrowForOne() {
        if (Count == Capacity) {
            check(Count < 0x7fffffff);
            Reallocate(Count < 32 ? Count + 1 : Count + Count / 2);
        }
    }
    void Truncate(int32 Number) {
        while (Count > Number) {
            Data[--Count].~T();
        }
    }
    void Reallocate(int32 NewCapacity) {
        check(NewCapacity >= Count);
        T* New = nullptr;
        if (NewCapacity > 0) {
            New = static_cast<T*>(::operator new(sizeof(T) * static_cast<size_t>(NewCapacity), std::align_val_t(alignof(T))));
        }
        for (int32 Index = 0; Index < Count; ++Index) {
            ::new (static_cast<void*>(New + Index)) T(static_cast<T&&>(Data[Index]));
            Data[Index].~T();
        }
        if (Data != nullptr) {
            ::operator delete(Data, std::align_val_t(alignof(T)));
        }
        Data = New;
        Capacity = NewCapacity;
    }
    void Steal(TArray& Other) {
        std::swap(Data, Other.Data);
        std::swap(Count, Other.Count);
        std::swap(Capacity, Other.Capacity);
    }
};
