// Delegates. One that is bound to an object is no longer bound when the object is gone.
#pragma once

#include "Containers/Array.h"
#include "Delegates/IDelegateInstance.h"
#include "Templates/Function.h"
#include "Templates/SharedPointer.h"
#include "UObject/WeakObjectPtrTemplates.h"

template <typename>
class TDelegate;

template <typename R, typename... A>
class TDelegate<R(A...)> {
public:
    TDelegate(TYPE_OF_NULLPTR = nullptr) {}
    template <typename F>
    static TDelegate CreateLambda(F&& Functor) {
        TDelegate Made;
        Made.BindLambda(Forward<F>(Functor));
        return Made;
    }
    static TDelegate CreateStatic(R (*Function)(A...)) { return CreateLambda(Function); }
    template <typename U, typename F>
    static TDelegate CreateWeakLambda(U* Object, F&& Functor) {
        TDelegate Made;
        Made.BindWeakLambda(Object, Forward<F>(Functor));
        return Made;
    }
    template <typename U, typename M>
    static TDelegate CreateUObject(U* Object, M Method) {
        TDelegate Made;
        Made.BindUObject(Object, Method);
        return Made;
    }
    template <typename U, typename M>
    static TDelegate CreateRaw(U* Object, M Method) {
        return CreateLambda([Object, Method](A... Args) -> R { return (Object->*Method)(static_cast<A&&>(Args)...); });
    }
    template <typename F>
    void BindLambda(F&& Functor) {
        Guard = nullptr;
        Function = Forward<F>(Functor);
    }
    template <typename U, typename F>
    void BindWeakLambda(U* Object, F&& Functor) {
        Function = Forward<F>(Functor);
        Guard = [Weak = TWeakObjectPtr<U>(Object)] { return Weak.IsValid(); };
    }
    template <typename U, typename M>
    void BindUObject(U* Object, M Method) {
        BindWeakLambda(Object, [Object, Method](A... Args) -> R { return (Object->*Method)(static_cast<A&&>(Args)...); });
    }
    bool IsBound() const { return Function.IsSet() && (!Guard.IsSet() || Guard()); }
    R Execute(A... Args) const {
        check(IsBound());
        const TFunction<R(A...)> Bound = Function;
        return Bound(static_cast<A&&>(Args)...);
    }
    bool ExecuteIfBound(A... Args) const {
        static_assert(std::is_void_v<R>, "ExecuteIfBound is for delegates without a result");
        if (!IsBound()) {
            return false;
        }
        Execute(static_cast<A&&>(Args)...);
        return true;
    }

private:
    TFunction<R(A...)> Function;
    TFunction<bool()> Guard;
};

template <typename>
class TMulticastDelegate;

template <typename... A>
class TMulticastDelegate<void(A...)> {
public:
    using FDelegate = TDelegate<void(A...)>;
    FDelegateHandle Add(const FDelegate& Delegate) {
        const FDelegateHandle Handle(FDelegateHandle::GenerateNewHandle);
        Bound.Add({Handle, Delegate});
        return Handle;
    }
    template <typename F>
    FDelegateHandle AddLambda(F&& Functor) {
        return Add(FDelegate::CreateLambda(Forward<F>(Functor)));
    }
    FDelegateHandle AddStatic(void (*Function)(A...)) {
        return Add(FDelegate::CreateStatic(Function));
    }
    bool Remove(FDelegateHandle Handle) {
        return Bound.RemoveAll([Handle](const FEntry& Entry) { return Entry.Handle == Handle; }) > 0;
    }
    bool IsBound() const {
        return Bound.ContainsByPredicate([](const FEntry& Entry) { return Entry.Delegate.IsBound(); });
    }
    void Clear() { Bound.Empty(); }
    void Broadcast(A... Args) const {
        const TArray<FEntry> Now = Bound;
        for (const FEntry& Entry : Now) {
            Entry.Delegate.ExecuteIfBound(Args...);
        }
    }

private:
    struct FEntry {
        FDelegateHandle Handle;
        FDelegate Delegate;
    };
    TArray<FEntry> Bound;
};

// A delegate that Blueprints bind to. In Unreal C++ binds to it by AddDynamic, which needs reflection; a test binds with ShimAdd.
template <typename... A>
class TDynamicMulticastDelegate {
public:
    void Broadcast(A... Args) const { Bound.Broadcast(Args...); }
    bool IsBound() const { return Bound.IsBound(); }
    void Clear() { Bound.Clear(); }
    template <typename F>
    void ShimAdd(F&& Functor) {
        Bound.AddLambda(Forward<F>(Functor));
    }

private:
    TMulticastDelegate<void(A...)> Bound;
};

#define DECLARE_DELEGATE(Name) typedef TDelegate<void()> Name;
#define DECLARE_DELEGATE_OneParam(Name, Param1Type) typedef TDelegate<void(Param1Type)> Name;
#define DECLARE_DELEGATE_TwoParams(Name, Param1Type, Param2Type) typedef TDelegate<void(Param1Type, Param2Type)> Name;
#define DECLARE_DELEGATE_FourParams(Name, Param1Type, Param2Type, Param3Type, Param4Type)                              \
    typedef TDelegate<void(Param1Type, Param2Type, Param3Type, Param4Type)> Name;
#define DECLARE_DYNAMIC_MULTICAST_DELEGATE(Name)                                                                       \
    class Name : public TDynamicMulticastDelegate<> {};
#define DECLARE_DYNAMIC_MULTICAST_DELEGATE_OneParam(Name, Param1Type, Param1Name)                                      \
    class Name : public TDynamicMulticastDelegate<Param1Type> {};
#define DECLARE_DYNAMIC_MULTICAST_DELEGATE_TwoParams(Name, Param1Type, Param1Name, Param2Type, Param2Name)             \
    class Name : public TDynamicMulticastDelegate<Param1Type, Param2Type> {};
#define DECLARE_DYNAMIC_MULTICAST_DELEGATE_ThreeParams(Name, Param1Type, Param1Name, Param2Type, Param2Name,           \
                                                       Param3Type, Param3Name)                                         \
    class Name : public TDynamicMulticastDelegate<Param1Type, Param2Type, Param3Type> {};

typedef TDelegate<void()> FSimpleDelegate;
typedef TMulticastDelegate<void()> FSimpleMulticastDelegate;
