#include "SpatialHashTableBuilder.h"

#include "GromaBuild.h"
#include "GromaJobs.h"
#include "GromaLibrary.h"
#include "GromaLog.h"
#include "GromaNative.h"
#include "GromaSettings.h"
#include "Misc/Paths.h"

TGromaHandle<groma_job> Groma::StartBuild(
	const FString& DatasetDirectory, const FSpatialHashTableBuilder::FBuildConfig& Config, FString& OutReason)
{
	if (!FGromaLibrary::IsAvailable())
	{
		OutReason = TEXT("The groma library is not available; the log of the start says why.");
		return nullptr;
	}
	const UGromaSettings* Settings = GetDefault<UGromaSettings>();
	const FGromaText Folder(FullPath(DatasetDirectory));
	const FGromaText Output(FullPath(Config.OutputDirectory));
	groma_build_hash_tables_options Options;
	groma_build_hash_tables_options_init(&Options, sizeof Options);
	Options.cell_size = Config.CellSize;
	Options.output = Output.Get();
	Options.margin = Config.BoundingBoxMargin;
	Options.use_box = Config.bComputeBoundingBox ? 0 : 1;
	for (int32 Axis = 0; Axis < 3; ++Axis)
	{
		Options.box_min[Axis] = Config.BBoxMin[Axis];
		Options.box_max[Axis] = Config.BBoxMax[Axis];
	}
	if (Config.NumTimeSteps > 0)
	{
		Options.first_step = static_cast<int32>(Config.StartTimeStep);
		Options.last_step = static_cast<int32>(Config.StartTimeStep + Config.NumTimeSteps - 1);
	}
	Options.threads = static_cast<uint32>(FMath::Max(Settings->Threads, 0));
	Options.memory_limit = Settings->GetMemoryLimitBytes();
	Options.resume = 1;

	FGromaError Error;
	groma_job* Job = nullptr;
	if (groma_build_hash_tables_from_shards(Folder.Get(), &Options, &Job, Error.Out()) != GROMA_OK)
	{
		OutReason = Error.ToString();
	}
	return TGromaHandle<groma_job>(Job);
}

FString Groma::BuildSummary(const groma_job* Job)
{
	groma_hash_tables_report Report;
	Report.struct_size = sizeof Report;
	if (groma_job_hash_tables_report(Job, &Report, nullptr) != GROMA_OK)
	{
		return FString();
	}
	return FString::Printf(TEXT("%llu tables for the time steps %d to %d, %llu of them written now, %llu samples, %.1f seconds"),
		static_cast<unsigned long long>(Report.tables), Report.first_step, Report.last_step,
		static_cast<unsigned long long>(Report.tables_written), static_cast<unsigned long long>(Report.samples), Report.seconds);
}

bool FSpatialHashTableBuilder::BuildHashTables(const FBuildConfig& Config, const FString& DatasetDirectory)
{
	FString Reason;
	const TGromaHandle<groma_job> Job = Groma::StartBuild(DatasetDirectory, Config, Reason);
	const FString What = FString::Printf(TEXT("Building the hash tables of %s"), *DatasetDirectory);
	const int32 Status = Job.IsValid() ? FGromaJobs::WaitFor(Job.Get(), What, Reason) : static_cast<int32>(GROMA_INVALID_ARGUMENT);
	if (Status == GROMA_OK)
	{
		UE_LOG(LogGroma, Log, TEXT("%s"), *Groma::BuildSummary(Job.Get()));
		return true;
	}
	FGromaJobs::LogEnd(Status, What, Reason);
	return false;
}

FString FSpatialHashTableBuilder::GetOutputFilename(const FString& OutputDirectory, float CellSize, uint32 TimeStep)
{
	return FPaths::Combine(OutputDirectory, TEXT("spatial_hashing"), FString::Printf(TEXT("cellsize_%.3f"), CellSize),
		FString::Printf(TEXT("timestep_%05u.bin"), TimeStep));
}
