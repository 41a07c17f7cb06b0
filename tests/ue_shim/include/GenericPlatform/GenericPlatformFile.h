#pragma once

#include "HAL/Platform.h"

class IPlatformFile {
public:
    virtual ~IPlatformFile() = default;
    virtual bool FileExists(const TCHAR* Filename) = 0;
    virtual bool DirectoryExists(const TCHAR* Directory) = 0;
    virtual bool CreateDirectoryTree(const TCHAR* Directory) = 0;
};
