#pragma once

#include "CoreMinimal.h"
#include "Templates/UniquePtr.h"

THIRD_PARTY_INCLUDES_START
#include "groma.h"
THIRD_PARTY_INCLUDES_END

/** Closes what the native library has opened. */
struct FGromaClose
{
	void operator()(groma_dataset* Dataset) const { Close(Dataset, groma_dataset_close); }
	void operator()(groma_hash_table* Table) const { Close(Table, groma_hash_table_close); }
	void operator()(groma_query_result* Result) const { Close(Result, groma_query_result_close); }
	void operator()(groma_job* Job) const { Close(Job, groma_job_close); }
	void operator()(groma_mesh_store* Store) const { Close(Store, groma_mesh_store_close); }
	void operator()(groma_mesh_tile* Tile) const { Close(Tile, groma_mesh_tile_close); }
	void operator()(groma_tile_list* List) const { Close(List, groma_tile_list_close); }

private:
	/**
	 * TUniquePtr calls its deleter for null too, and without the library on Windows any native call ends the process.
	 */
	template <typename T>
	static void Close(T* Handle, void (*Native)(T*))
	{
		if (Handle != nullptr)
		{
			Native(Handle);
		}
	}
};

/** Owns a native handle. That of a job cancels it and waits for its threads. */
template <typename T>
using TGromaHandle = TUniquePtr<T, FGromaClose>;

/** A text of the engine as the native library takes it; lives as long as this does. */
class FGromaText
{
public:
	explicit FGromaText(const FString& Text)
		: Utf8(*Text)
	{
	}

	groma_str Get() const
	{
		groma_str Str;
		Str.data = reinterpret_cast<const char*>(Utf8.Get());
		Str.size = static_cast<size_t>(Utf8.Length());
		return Str;
	}

private:
	FTCHARToUTF8 Utf8;
};

/** Why a native call failed; handed to it as its last argument. */
class FGromaError
{
public:
	FGromaError() { Native.message[0] = '\0'; }

	groma_error* Out() { return &Native; }

	FString ToString() const { return FString(UTF8_TO_TCHAR(Native.message)); }

private:
	groma_error Native;
};

namespace Groma
{
	/** A text of the native library, which need not end in a NUL. */
	FString ToString(groma_str Text);

	/**
	 * A path as the native library takes it, without a slash at its end: a relative one is relative to the project's
	 * folder, also in a packaged game. One that begins with ../ is relative to the executable's folder: so the engine
	 * itself writes paths outside the project.
	 */
	FString FullPath(const FString& Path);
}
