#pragma once

#include "Engine/World.h"
#include "GameFramework/Actor.h"

// The actors of a class in a world.
template <typename ActorType>
class TActorIterator {
public:
    explicit TActorIterator(const UWorld* InWorld) : Actors(InWorld->ShimActors) { Skip(); }
    TActorIterator& operator++() {
        ++Index;
        Skip();
        return *this;
    }
    explicit operator bool() const { return Index < Actors.Num(); }
    ActorType* operator*() const { return static_cast<ActorType*>(Actors[Index]); }
    ActorType* operator->() const { return **this; }

private:
    void Skip() {
        while (Index < Actors.Num() && !(IsValid(Actors[Index]) && Actors[Index]->IsA(ActorType::StaticClass()))) {
            ++Index;
        }
    }
    TArray<AActor*> Actors;
    int32 Index = 0;
};
