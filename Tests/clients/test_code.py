"""What may be uploaded as code, and how everything else is refused."""

import io
import shutil
import struct
import zipfile

import pytest

from brasa_host import ROLE
from conftest import unique_name, zipped
from test_invoke import error, invoke
from conftest import waited

UNZIP = "Could not unzip uploaded file. Please check your file, then try to upload again."


def refused(host, package, handler=None):
    """Message of a refused creation; nothing is left of the function."""
    name = unique_name("refused")
    parameters = {"Handler": handler} if handler else {}
    with pytest.raises(host.aws.exceptions.InvalidParameterValueException) as raised:
        host.aws.create_function(FunctionName=name, Role=ROLE, Code={"ZipFile": package}, **parameters)
    with pytest.raises(host.aws.exceptions.ResourceNotFoundException):
        host.aws.get_function(FunctionName=name)
    assert error(raised)[:2] == (400, "InvalidParameterValueException")
    return error(raised)[2]


def test_library_itself_is_code(host, library, name):
    host.aws.create_function(FunctionName=name, Role=ROLE, Code={"ZipFile": library("echo").read_bytes()})
    waited(host.aws.get_waiter("function_active_v2"), FunctionName=name)

    assert invoke(host, name, b"[1]")[1] == b"[1]"
    assert host.aws.get_function_configuration(FunctionName=name)["CodeSize"] == library("echo").stat().st_size


@pytest.mark.parametrize("handler, reply", [
    ("first", b'"first"'), ("two.so", b'"first"'), ("two.so#second", b'"second"'), ("sub/two.so#second", b'"second"'),
    ("bootstrap", b'"first"'),
])
def test_handler_chooses_file_and_function(host, library, name, handler, reply):
    host.aws.create_function(
        FunctionName=name, Role=ROLE, Handler=handler,
        Code={"ZipFile": zipped({"sub/two.so": library("two_functions").read_bytes(), "notes.txt": b""})})
    waited(host.aws.get_waiter("function_active_v2"), FunctionName=name)

    assert invoke(host, name)[1] == reply


def test_archives_may_be_stored_without_compression(host, library, name):
    host.aws.create_function(
        FunctionName=name, Role=ROLE,
        Code={"ZipFile": zipped({"echo.so": library("echo").read_bytes()}, zipfile.ZIP_STORED)})
    waited(host.aws.get_waiter("function_active_v2"), FunctionName=name)

    assert invoke(host, name, b"7")[1] == b"7"


def test_what_is_no_archive_is_refused(host, library):
    good = zipped({"echo.so": library("echo").read_bytes()})
    damaged = bytearray(good)
    for index in range(200, 260):
        damaged[index] ^= 0xff

    assert refused(host, b"print('hello')").startswith(UNZIP)
    assert refused(host, good[: len(good) // 2]).startswith(UNZIP)
    assert refused(host, bytes(damaged)).startswith(UNZIP)
    assert '"echo.so"' in refused(host, bytes(damaged))


def test_archives_without_a_library_are_refused(host):
    assert refused(host, zipped({"index.js": b"exports.handler", "a/b.py": b"pass"})) == (
        "The archive has no function library (a file ending in .so), but 2 files: index.js, a/b.py.")
    assert refused(host, zipped({})) == "The archive has no function library (a file ending in .so), but no files."


def test_archives_with_two_libraries_need_a_handler(host, library):
    echo = library("echo").read_bytes()
    package = zipped({"a.so": echo, "b.so": echo, "x/b.so": echo})

    assert refused(host, package) == (
        "The archive has 3 libraries (a.so, b.so, x/b.so): name the one to run in Handler, as \"file.so#entry\".")
    assert refused(host, zipped({"x/c.so": echo, "y/c.so": echo}), "c.so").startswith(
        'Handler names the file "c.so", which is in the archive 2 times: give its path.')


@pytest.mark.parametrize("entry", ["../evil.so", "/etc/evil.so", "a/../../evil.so", "a\\evil.so"])
def test_archives_that_lead_outside_are_refused(host, library, entry):
    package = zipped({entry: library("echo").read_bytes()})

    assert refused(host, package) == f'The archive has the entry "{entry}", which leads out of the archive.'


def test_bombs_are_refused_before_they_are_unpacked(host):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        with archive.open("bomb.so", "w", force_zip64=True) as entry:
            zeros = bytes(1 << 20)
            for _ in range(251):
                entry.write(zeros)
    package = out.getvalue()

    assert len(package) < 2 << 20
    assert refused(host, package) == "Unzipped size must be smaller than 262144000 bytes"


def test_bombs_that_lie_about_their_size_are_refused(host):
    package = bytearray(zipped({"liar.so": bytes(50 << 20)}))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = package.rindex(signature) + offset
        assert struct.unpack_from("<I", package, at)[0] == 50 << 20
        struct.pack_into("<I", package, at, 1000)

    assert refused(host, bytes(package)).startswith(UNZIP)


def test_archives_of_very_many_files_are_refused(host):
    package = zipped({f"{index}.txt": b"" for index in range(10_001)})

    assert refused(host, package) == "The archive has 10001 entries; at most 10000 are allowed."


def test_archives_over_the_size_limit_are_too_large(host):
    package = zipped({"noise.so": bytes(52_428_801)}, zipfile.ZIP_STORED)

    with pytest.raises(host.aws.exceptions.ClientError) as raised:
        host.aws.create_function(FunctionName=unique_name("big"), Role=ROLE, Code={"ZipFile": package})

    assert error(raised) == (
        413, "RequestEntityTooLargeException", "Zipped size must be smaller than 52428800 bytes")


def elf(library, offset, value, name="patched"):
    content = bytearray(library(name if name != "patched" else "echo").read_bytes())
    content[offset : offset + len(value)] = value
    return bytes(content)


def test_libraries_of_other_machines_are_refused(host, library):
    arm = elf(library, 18, struct.pack("<H", 183))
    big_endian = elf(library, 5, b"\x02")
    narrow = elf(library, 4, b"\x01")

    assert refused(host, zipped({"arm.so": arm})) == (
        "wrong-machine: arm.so is built for AArch64 (EM 183); this host runs x86-64 (EM 62).")
    assert "big.so" in refused(host, zipped({"big.so": big_endian}))
    assert "narrow.so" in refused(host, zipped({"narrow.so": narrow}))


def test_refusals_name_the_file_as_the_caller_knows_it(host, library):
    """The same content twice under different names: the host keeps one copy of it."""
    content = library("no_entry").read_bytes()

    for name in ("one.so", "two.so"):
        message = refused(host, zipped({f"lib/{name}": content}))
        assert message == (
            f"no-entry: {name} exports adler32, crc32 but not brasa_module_v1; it is not a function library.")


REFUSALS = {
    "entry_v2_only": "other-abi: library.so speaks ABI 2, this host speaks 1.",
    "entry_misspelt": "no-entry: library.so exports ",
    "entry_mangled": "no-entry: library.so exports ",
    "entry_hidden": "no-entry: library.so defines brasa_module_v1 but does not export it",
    "entry_is_data": "entry-not-function: library.so exports brasa_module_v1 as data",
    "no_exports": "no-entry: library.so exports no function",
}


@pytest.mark.parametrize("fixture", REFUSALS)
def test_libraries_that_are_no_functions_are_refused(host, library, fixture):
    message = refused(host, zipped({"library.so": library(fixture).read_bytes()}))

    assert message.startswith(REFUSALS[fixture]), message


def test_half_a_library_is_refused(host, library):
    content = library("echo").read_bytes()

    message = refused(host, zipped({"half.so": content[: len(content) // 2]}))

    assert message.startswith("truncated: half.so "), message


def test_programs_are_refused(host):
    program = open(shutil.which("true"), "rb").read()

    message = refused(host, zipped({"true.so": program}))

    assert "true.so" in message, message


def test_code_from_elsewhere_is_refused(host):
    aws = host.aws
    for code, kind, message in [
        ({"S3Bucket": "bucket", "S3Key": "key"}, {},
         "S3Bucket and S3Key are not offered by this version of Brasa: send the code as ZipFile."),
        ({"ImageUri": "image"}, {"PackageType": "Image"},
         "Container images (ImageUri, PackageType Image) are not offered by this version of Brasa: send a library as "
         "ZipFile."),
        ({}, {}, "Please provide the code as ZipFile: a ZIP archive with the library (.so) in it, or the library itself."),
    ]:
        with pytest.raises(aws.exceptions.InvalidParameterValueException) as raised:
            aws.create_function(FunctionName="elsewhere", Role=ROLE, Code=code, **kind)
        assert error(raised) == (400, "InvalidParameterValueException", message)
