using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LiftLab.Web.Storage.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class First : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "Datasets",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    Name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    FileName = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Sheet = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Reading = table.Column<string>(type: "text", nullable: true),
                    History = table.Column<string>(type: "text", nullable: true),
                    Schema = table.Column<string>(type: "text", nullable: false),
                    Confirmed = table.Column<bool>(type: "boolean", nullable: false),
                    Rows = table.Column<int>(type: "integer", nullable: false),
                    Columns = table.Column<int>(type: "integer", nullable: false),
                    Bytes = table.Column<long>(type: "bigint", nullable: false),
                    Sample = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    AddedBy = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    CreatedUtc = table.Column<DateTime>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Datasets", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Lab",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Lab", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Runs",
                columns: table => new
                {
                    Id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    State = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false, collation: "C"),
                    Position = table.Column<double>(type: "double precision", nullable: false),
                    DatasetId = table.Column<Guid>(type: "uuid", nullable: true),
                    DatasetName = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    DatasetVersion = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Task = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false, collation: "C"),
                    Target = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Learner = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    StartedBy = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Attempt = table.Column<int>(type: "integer", nullable: false),
                    Tries = table.Column<int>(type: "integer", nullable: false),
                    AttemptsBefore = table.Column<int>(type: "integer", nullable: false),
                    Wanted = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Launcher = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Handle = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    CancelRequested = table.Column<bool>(type: "boolean", nullable: false),
                    NotBeforeUtc = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    CreatedUtc = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    StartedUtc = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    EndedUtc = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    Code = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    What = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    WhatToDo = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Metric = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Score = table.Column<double>(type: "double precision", nullable: true),
                    Low = table.Column<double>(type: "double precision", nullable: true),
                    High = table.Column<double>(type: "double precision", nullable: true),
                    BestBaseline = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    BestBaselineScore = table.Column<double>(type: "double precision", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Runs", x => x.Id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_Datasets_CreatedUtc",
                table: "Datasets",
                column: "CreatedUtc");

            migrationBuilder.CreateIndex(
                name: "IX_Runs_CreatedUtc",
                table: "Runs",
                column: "CreatedUtc");

            migrationBuilder.CreateIndex(
                name: "IX_Runs_DatasetId",
                table: "Runs",
                column: "DatasetId");

            migrationBuilder.CreateIndex(
                name: "IX_Runs_StartedBy_CreatedUtc",
                table: "Runs",
                columns: new[] { "StartedBy", "CreatedUtc" });

            migrationBuilder.CreateIndex(
                name: "IX_Runs_State_Position",
                table: "Runs",
                columns: new[] { "State", "Position" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "Datasets");

            migrationBuilder.DropTable(
                name: "Lab");

            migrationBuilder.DropTable(
                name: "Runs");
        }
    }
}
