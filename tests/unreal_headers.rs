//! The stand-in for Unreal's header tool refuses what the tool refuses.

#[path = "ue_shim/cpp.rs"]
mod cpp;
#[path = "ue_shim/uht/mod.rs"]
mod uht;

const GOOD: &str = r#"#pragma once

#include "CoreMinimal.h"
#include "GameFramework/Actor.h"
#include "Engine/CancellableAsyncAction.h"
#include "Good.generated.h"

class UMaterialInterface;

UENUM(BlueprintType)
enum class EGood : uint8
{
	One UMETA(DisplayName = "One, the first"),
	Two
};

USTRUCT(BlueprintType)
struct FGood
{
	GENERATED_BODY()

	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Good", meta = (ClampMin = "0", Units = "m"))
	double Length = 1.0;

	uint64 Id = 0;
};

DECLARE_DYNAMIC_MULTICAST_DELEGATE_TwoParams(FGoodEvent, float, Fraction, const FString&, Text);
DECLARE_DYNAMIC_MULTICAST_DELEGATE_OneParam(FGoodEnd, const TArray<FGood>&, Goods);
DECLARE_DELEGATE_OneParam(FGoodCallback, const TArray<FGood>&);

/** UCLASS( in a comment is none. */
UCLASS(Config = Game)
class SPATIALHASHEDTRAJECTORY_API AGood : public AActor
{
	GENERATED_BODY()

public:
	AGood();

	UPROPERTY(EditAnywhere, Config, Category = "Good")
	int32 Count = 0;

	UPROPERTY(BlueprintAssignable, Category = "Good")
	FGoodEvent OnProgress;

	UFUNCTION(BlueprintCallable, Category = "Good")
	bool Find(const FString& Folder, FVector Around, TArray<FGood>& OutGoods, EGood Kind = EGood::One,
		float Radius = 1.0f, bool bAll = true);

	UFUNCTION(BlueprintPure, Category = "Good")
	int64 GetCount() const { return Counted; }

	virtual void Tick(float DeltaSeconds) override;

#if WITH_EDITOR
	UFUNCTION(CallInEditor, Category = "Good")
	void Press();
#endif

private:
	UPROPERTY()
	TObjectPtr<UMaterialInterface> Material;
	UPROPERTY(Transient)
	TMap<FString, TObjectPtr<UMaterialInterface>> Materials;
	TWeakObjectPtr<UMaterialInterface> Weak;
	int64 Counted{0};
};

UCLASS()
class SPATIALHASHEDTRAJECTORY_API UGoodAction : public UCancellableAsyncAction
{
	GENERATED_BODY()

public:
	UPROPERTY(BlueprintAssignable, Category = "Good")
	FGoodEnd OnComplete;
	UPROPERTY(BlueprintAssignable, Category = "Good")
	FGoodEnd OnFailed;

	UFUNCTION(BlueprintCallable, Category = "Good",
		meta = (BlueprintInternalUseOnly = "true", WorldContext = "WorldContextObject"))
	static UGoodAction* GoodAsync(UObject* WorldContextObject, const FString& Folder);

	virtual void Activate() override;
};
"#;

fn read(text: &str) -> Result<Vec<uht::Generated>, Vec<String>> {
    let module = "SpatialHashedTrajectory".into();
    uht::generate(&[uht::Header { module, stem: "Good".into(), public: true, text: text.into() }])
}

#[test]
fn a_good_header_is_taken() {
    let generated = read(GOOD).unwrap_or_else(|errors| panic!("{}", errors.join("\n")));
    assert_eq!(generated.iter().map(|g| g.stem.as_str()).collect::<Vec<_>>(), ["Good"]);
    let (header, source) = (&generated[0].header, &generated[0].source);
    for part in [
        "_20_GENERATED_BODY public: void ShimVisit",
        "_36_GENERATED_BODY SHIM_REFLECT(AGood, AActor) public:",
        "R.Add(Material); R.Add(Materials);",
        "SHIM_CONSTRUCTOR(UGoodAction)",
        "SHIM_IF_WITH_EDITOR({ [[maybe_unused]] void (ThisClass::* volatile F)() = &ThisClass::Press; })",
        "(ThisClass::* volatile F)() const = &ThisClass::GetCount;",
    ] {
        assert!(header.contains(part), "{part} is not in\n{header}");
    }
    assert!(!header.contains("R.Add(Weak)") && !header.contains("SHIM_CONSTRUCTOR(AGood)"));
    assert!(source.contains("&AGood::ShimFunctions"));
}

/// What to change of the good header, and what must be said of it then.
const BAD: &[(&str, &str, &str)] = &[
    ("#include \"Good.generated.h\"", "", "Good.generated.h is not included"),
    ("#include \"Good.generated.h\"", "#include \"Goods.generated.h\"", "not the header's own"),
    ("#include \"Good.generated.h\"", "#include \"Good.generated.h\"\n#include \"Other.h\"", "not the last include"),
    ("#pragma once", "", "#pragma once is missing"),
    ("FGood\n{\n\tGENERATED_BODY()", "FGood\n{", "FGood has no GENERATED_BODY()"),
    ("GENERATED_BODY()", "GENERATED_USTRUCT_BODY()", "of old versions"),
    ("class SPATIALHASHEDTRAJECTORY_API AGood", "class SPATIALHASHEDTRAJECTORY_API UGood", "does not begin with A"),
    ("struct FGood\n", "struct Good\n", "does not begin with F"),
    ("enum class EGood", "enum class Good", "does not begin with E"),
    ("enum class EGood : uint8", "enum class EGood : int32", "of uint8"),
    ("class SPATIALHASHEDTRAJECTORY_API AGood", "class AGood", "has 0 times"),
    (
        "class SPATIALHASHEDTRAJECTORY_API AGood",
        "class SPATIALHASHEDTRAJECTORY_API SPATIALHASHEDTRAJECTORY_API AGood",
        "has 2 times",
    ),
    ("class UMaterialInterface;", "class FPlain\n{\npublic:\n\tvoid Do();\n};", "FPlain is used from outside"),
    ("const FString& Folder, FVector", "const std::string& Folder, FVector", "is nested or of a namespace"),
    ("FVector Around", "uint32 Around", "uint32 is not for Blueprints"),
    ("FVector Around", "uint64 Around", "uint64 is not for Blueprints"),
    ("FVector Around", "size_t Around", "size_t is not reflected"),
    ("FVector Around", "TSharedPtr<FGood> Around", "is not reflected"),
    ("FVector Around", "TFunction<void()> Around", "is not reflected"),
    ("FVector Around", "TObjectPtr<AActor> Around", "is no parameter"),
    ("FVector Around", "FGood* Around", "is a pointer to what is no object"),
    ("TArray<FGood>& OutGoods", "TArray<TArray<FGood>>& OutGoods", "is a container in a container"),
    ("AGood();", "AGood();\n\tstatic void Make(int32 Count);", "the parameter Count hides a member"),
    ("float Radius = 1.0f", "float Radius = UE_PI", "is no literal"),
    ("EGood Kind = EGood::One", "EGood Kind = EGood(1)", "is no literal"),
    ("bool bAll = true", "int32 Count = 1", "has the name of a UPROPERTY"),
    ("bool bAll = true", "const TArray<int32>& Which = TArray<int32>()", "is no literal"),
    ("int64 GetCount() const", "void GetCount() const", "gives nothing"),
    ("UFUNCTION(BlueprintCallable, Category = \"Good\")", "UFUNCTION(BlueprintCallable)", "Find has no Category"),
    ("Config, Category = \"Good\"", "Config", "Count has no Category"),
    ("\tUPROPERTY()\n", "\tUPROPERTY(BlueprintReadOnly, Category = \"Good\")\n", "without AllowPrivateAccess"),
    ("\tUPROPERTY()\n", "", "Material refers to an object and is no UPROPERTY"),
    ("\tUPROPERTY(Transient)\n", "", "Materials refers to an object and is no UPROPERTY"),
    ("\tUPROPERTY()\n", "\tUPROPERTY(Transiennt)\n", "Transiennt is no known specifier"),
    ("TWeakObjectPtr<UMaterialInterface> Weak", "UMaterialInterface* Weak = nullptr", "Weak refers to an object"),
    (
        "\tuint64 Id = 0;",
        "\tUPROPERTY(BlueprintReadOnly, Category = \"Good\")\n\tuint64 Id = 0;",
        "uint64 is not for Blueprints",
    ),
    ("USTRUCT(BlueprintType)", "USTRUCT()", "is no BlueprintType"),
    ("void Press();", "void Press(int32 Key);", "called by a button"),
    (
        "void Press();",
        "void Press();\n\tUFUNCTION(BlueprintCallable, Category = \"Good\")\n\tvoid press(int32 Key);",
        "press is overloaded",
    ),
    ("#if WITH_EDITOR", "#if PLATFORM_LINUX", "inside #if PLATFORM_LINUX"),
    ("\tUPROPERTY()\n", "#if WITH_EDITOR\n\tUPROPERTY()\n#endif\n", "UPROPERTY Material inside #if"),
    ("FGoodEvent, float, Fraction,", "FGoodEvent, float,", "takes 5 arguments, not 4"),
    (
        "DECLARE_DELEGATE_OneParam(FGoodCallback,",
        "DECLARE_DELEGATE_TwoParams(FGoodCallback,",
        "takes 3 arguments, not 2",
    ),
    ("FGoodEvent OnProgress", "FGoodCallback OnProgress", "is for dynamic multicast delegates"),
    ("FGoodEnd OnFailed", "FGoodEvent OnFailed", "the node has the pins of FGoodEnd alone"),
    ("BlueprintInternalUseOnly = \"true\", ", "", "wants BlueprintCallable and BlueprintInternalUseOnly"),
    ("WorldContext = \"WorldContextObject\"", "WorldContext = \"World\"", "names World, which is no parameter"),
    ("\tvirtual void Activate()", "\tUFUNCTION()\n\tvirtual void Activate()", "overrides a UFUNCTION"),
    ("UCLASS(Config = Game)", "UCLASS()", "but UCLASS of AGood names none"),
    ("USTRUCT(BlueprintType)", "namespace Good {\nUSTRUCT(BlueprintType)", "inside a namespace"),
    (
        "UENUM(BlueprintType)",
        "#if WITH_SOMETHING\n#endif\n#if PLATFORM_LINUX\nUENUM(BlueprintType)",
        "UENUM inside #if PLATFORM_LINUX",
    ),
    (
        "int64 Counted{0};",
        "int64 Counted{0};\n\tstruct FInner { UMaterialInterface* Kept = nullptr; };",
        "FInner::Kept refers to an object",
    ),
];

#[test]
fn each_fault_is_named() {
    for (from, to, expected) in BAD {
        assert!(GOOD.contains(from), "the good header has no {from}");
        let errors = read(&GOOD.replacen(from, to, 1)).err().unwrap_or_default();
        assert!(errors.iter().any(|e| e.contains(expected)), "{from} -> {to}: {expected} is not among {errors:#?}");
    }
}
